# Warnings are errors. Third-party headers come in as system headers and are not judged.
add_library(hb_warnings INTERFACE)
target_compile_options(hb_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Werror)
# g++ 12 reports strings that std::string's own inlined code builds (GCC bug 105651).
target_compile_options(hb_warnings INTERFACE -Wno-restrict)
# At -O2 and -O3 it also takes members of a temporary that was moved from for uninitialized, wherever it
# happens to inline that far; debug builds, which every test runs in, say nothing of the same code.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_options(hb_warnings INTERFACE -Wno-error=maybe-uninitialized)
endif()
