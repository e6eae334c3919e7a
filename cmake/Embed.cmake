# embed(hb_mapping hb::mapping::embedded kBitrix24=${CMAKE_SOURCE_DIR}/mappings/bitrix24.json …)
# Compiles files into TARGET: each becomes a std::string_view of that name in NAMESPACE. Code that uses one declares it:
# `namespace hb::mapping::embedded { extern const std::string_view kBitrix24; }`. A changed file is compiled again.
set(HB_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/EmbedFile.cmake)
function(embed TARGET NAMESPACE)
  foreach(pair ${ARGN})
    string(REGEX MATCH "^([A-Za-z0-9_]+)=(.+)$" ok "${pair}")
    if(NOT ok)
      message(FATAL_ERROR "embed(${TARGET}): expected NAME=FILE, got ${pair}")
    endif()
    set(name ${CMAKE_MATCH_1})
    set(file ${CMAKE_MATCH_2})
    set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${TARGET}_${name}.cpp)
    add_custom_command(OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DNAMESPACE=${NAMESPACE} -DFILE=${file} -DOUT=${out}
              -P ${HB_EMBED_SCRIPT}
      DEPENDS ${file} ${HB_EMBED_SCRIPT}
      VERBATIM)
    target_sources(${TARGET} PRIVATE ${out})
  endforeach()
endfunction()

# embed_all(hb_mapping hb::mapping::embedded mappings FILE…)
# Compiles files into TARGET under the names of their stems, or of their folders for files that are called alike. Code that
# looks one up declares `const std::vector<std::pair<std::string_view, std::string_view>>& LIST();` in NAMESPACE.
function(embed_all TARGET NAMESPACE LIST)
  set(declared "")
  set(rows "")
  foreach(file ${ARGN})
    get_filename_component(stem ${file} NAME_WE)
    if(stem STREQUAL "manifest" OR stem STREQUAL "mapping")
      get_filename_component(folder ${file} DIRECTORY)
      get_filename_component(stem ${folder} NAME)
    endif()
    string(REGEX REPLACE "[^A-Za-z0-9]" "_" safe ${stem})
    set(name k_${LIST}_${safe})
    embed(${TARGET} ${NAMESPACE} ${name}=${file})
    string(APPEND declared "extern const std::string_view ${name};\n")
    string(APPEND rows "        {\"${stem}\", ${name}},\n")
  endforeach()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${TARGET}_${LIST}.cpp)
  file(CONFIGURE OUTPUT ${out} CONTENT "#include <string_view>
#include <utility>
#include <vector>

namespace ${NAMESPACE} {
${declared}
const std::vector<std::pair<std::string_view, std::string_view>>& ${LIST}() {
    static const std::vector<std::pair<std::string_view, std::string_view>> all{
${rows}    };
    return all;
}
} // namespace ${NAMESPACE}
" @ONLY)
  target_sources(${TARGET} PRIVATE ${out})
endfunction()

# hb_embed_folder(TARGET FOLDER SYMBOL)
# Puts every file below FOLDER into TARGET, by the assembler: these are megabytes. Code that looks one up declares
# `namespace hb::SYMBOL { const std::vector<std::pair<std::string_view, std::string_view>>& files(); }`: path below FOLDER
# ("assets/app-1a2b.js") and bytes. A folder that is missing or empty gives an empty list, so a build without it works.
# CMake looks again at each build what files there are; a step that makes them writes FOLDER before that.
function(hb_embed_folder TARGET FOLDER SYMBOL)
  file(GLOB_RECURSE files RELATIVE ${FOLDER} CONFIGURE_DEPENDS ${FOLDER}/*)
  list(SORT files)
  set(pieces "")
  set(declared "")
  set(rows "")
  set(whole "")
  set(n 0)
  foreach(file ${files})
    set(name hb_${SYMBOL}_${n})
    string(APPEND pieces "asm(R\"(
    .section .rodata.${name},\"a\",@progbits
    .balign 16
${name}:
    .incbin \"${FOLDER}/${file}\"
${name}_end:
    .previous
)\");
")
    string(APPEND declared "extern const char ${name}[];\nextern const char ${name}_end[];\n")
    string(APPEND rows "        {\"${file}\", {${name}, static_cast<std::size_t>(${name}_end - ${name})}},\n")
    list(APPEND whole ${FOLDER}/${file})
    math(EXPR n "${n} + 1")
  endforeach()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${TARGET}_${SYMBOL}_files.cpp)
  file(CONFIGURE OUTPUT ${out} CONTENT "#include <string_view>
#include <utility>
#include <vector>

${pieces}extern \"C\" {
${declared}}

namespace hb::${SYMBOL} {
using Files = std::vector<std::pair<std::string_view, std::string_view>>;
const Files& files();
const Files& files() {
    static const Files all{
${rows}    };
    return all;
}
} // namespace hb::${SYMBOL}
" @ONLY)
  target_sources(${TARGET} PRIVATE ${out})
  set_source_files_properties(${out} PROPERTIES OBJECT_DEPENDS "${whole}")
endfunction()
