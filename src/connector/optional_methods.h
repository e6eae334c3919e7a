#pragma once

#include <string_view>
#include <vector>

#include "domain/op_kind.h"

// What an op calls of what is only good to have (G55): by whose lack it can be refused. Bitrix24's,
// the only remote that has lacks().
namespace hb::connector {

struct OptionalMethod {
    std::string_view method;
    std::string_view about; // "" whatever it is called for; "card": for cards
};
std::vector<OptionalMethod> optional_methods_of(domain::OpKind kind);

} // namespace hb::connector
