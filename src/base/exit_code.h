#pragma once

#include "base/error.h"

// How programs end, and how their documents name a trouble (G28).
namespace hb {

inline constexpr int kDone = 0;
inline constexpr int kPerson = 1;
inline constexpr int kUsage = 2;
inline constexpr int kRemote = 3;
inline constexpr int kConflict = 4;
inline constexpr int kMachine = 5;

int exit_code_of(Code code);
// Of several troubles the one that is told: 5, 2, 4, 3, 1, 0.
int worse(int a, int b);
// As documents of --json name it: "not_found".
const char* code_word(Code code);

} // namespace hb
