# One step of embed(): FILE's bytes as the constant NAMESPACE::NAME in OUT.
file(READ ${FILE} bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "(................................................................)" "\\1\n" rows "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," rows "${rows}")
file(WRITE ${OUT}
"#include <string_view>

namespace ${NAMESPACE} {
static constexpr char ${NAME}_bytes[] = {${rows}'\\0'};
extern const std::string_view ${NAME};
constinit const std::string_view ${NAME}{${NAME}_bytes, ${size}};
} // namespace ${NAMESPACE}
")
