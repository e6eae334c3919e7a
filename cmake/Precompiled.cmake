# The standard library's headers, and Catch2's for tests, are read once instead of 800 times: a third of
# the whole build. So are the headers of the books for the rooms above them (hb_floor_pch), which cost a
# file more than all of its own text. Rooms and tests include what they use all the same;
# -DHOURBRIDGE_PCH=OFF shows it.
option(HOURBRIDGE_PCH "precompiled headers" ON)
function(precompiled NAME)
  if(HOURBRIDGE_PCH)
    set(empty ${CMAKE_BINARY_DIR}/${NAME}.cpp)
    file(CONFIGURE OUTPUT ${empty} CONTENT "")
    add_library(${NAME} OBJECT ${empty})
    target_include_directories(${NAME} PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${NAME} PRIVATE hb_warnings)
    target_precompile_headers(${NAME} PRIVATE ${ARGN})
  endif()
endfunction()
function(use_precompiled NAME FROM)
  if(HOURBRIDGE_PCH)
    target_precompile_headers(${NAME} REUSE_FROM ${FROM})
    # ccache has to look at the headers themselves. g++ 12 judges what it inlines from them as if it
    # were ours (GCC bug 105651): what only its later passes guess is no error here. Without precompiled
    # headers all of it is one.
    target_compile_options(${NAME} PRIVATE -fpch-preprocess -Wno-array-bounds -Wno-stringop-overflow
      -Wno-error=stringop-overread -Wno-error=maybe-uninitialized -Wno-error=dangling-pointer
      -Wno-error=free-nonheap-object -Wno-error=nonnull -Wno-error=null-dereference)
  endif()
endfunction()

set(HB_STANDARD_HEADERS
  <algorithm> <array> <atomic> <chrono> <compare> <condition_variable> <cstdint> <cstring> <filesystem> <fstream>
  <functional> <map> <memory> <mutex> <optional> <set> <string> <string_view> <thread> <tuple> <utility> <variant>
  <vector>)
set(HB_FLOOR_HEADERS "${CMAKE_SOURCE_DIR}/src/books/books.h" "${CMAKE_SOURCE_DIR}/src/connector/connector.h")
set(HB_SERVICE_HEADERS "${CMAKE_SOURCE_DIR}/src/json/writer.h" "${CMAKE_SOURCE_DIR}/src/lanes/service.h")
