# embed(hb_mapping hb::mapping::embedded kBitrix24=${CMAKE_SOURCE_DIR}/mappings/bitrix24.json …)
# Compiles files into TARGET: each becomes a std::string_view of that name in NAMESPACE. Whoever uses one declares it:
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
