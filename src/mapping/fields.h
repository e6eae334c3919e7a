#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/sources.h"
#include "mapping/converters.h"

// The fields of each stream's fact: what "to" may name.
namespace hb::mapping {

struct Field {
    std::string_view name;
    Gives gives;
    bool needed; // a fact without it is none: a mapping must fill it, a record must hold it
    void (*put)(domain::Fact& fact, Product&& product);
};

struct StreamFields {
    std::string_view name;
    domain::Fact (*make)();
    std::vector<Field> fields;
};

const std::vector<StreamFields>& all_streams();
const StreamFields* find_stream(std::string_view name);
const Field* find_field(const StreamFields& stream, std::string_view name);

// What a whole fact still lacks after its rules ran, in words; "" when nothing.
std::string lacks(const domain::Fact& fact);
const std::string& id_of(const domain::Fact& fact);

} // namespace hb::mapping
