#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace hb::connector::bitrix24 {

// The parameters of one command of a batch in PHP's bracket form: "FILTER[%3EID]=5&SELECT[0]=ID".
// The order of the calls is the order on the wire, which positional methods need.
class Query {
public:
    // add({"FILTER", ">ID"}, "5") appends FILTER[>ID]=5.
    Query& add(std::initializer_list<std::string_view> path, std::string_view value);
    // add_list("SELECT", {"ID", "TITLE"}) appends SELECT[0]=ID&SELECT[1]=TITLE.
    Query& add_list(std::initializer_list<std::string_view> path,
                    const std::vector<std::string>& values);
    // The value stays as written: "$result[w0][49][ID]", which a portal fills in.
    Query& add_reference(std::initializer_list<std::string_view> path, std::string_view reference);
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

// A JSON object as PHP's brackets: {"a":{"b":1}} is a[b]=1. Empty lists and objects vanish, flags
// become 1 and 0, null an empty text; nothing else can be said in this form.
std::string form_of(const json::Value& object);

} // namespace hb::connector::bitrix24
