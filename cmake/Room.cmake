# room(engine SOURCES a.cpp … USES domain store … LIBS third-party …)
# One folder under src/ is one library and one namespace. USES names the rooms it may include (their headers are
# its own headers' business, so PUBLIC); LIBS are third party and stay private.
option(HB_COVERAGE_LINES "count the lines that tests reach" OFF)
function(room NAME)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBS" ${ARGN})
  add_library(hb_${NAME} STATIC ${ROOM_SOURCES})
  target_include_directories(hb_${NAME} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  foreach(used ${ROOM_USES})
    target_link_libraries(hb_${NAME} PUBLIC hb_${used})
  endforeach()
  target_link_libraries(hb_${NAME} PRIVATE hb_warnings ${ROOM_LIBS})
  use_precompiled(hb_${NAME} hb_pch)
  if(HB_COVERAGE_LINES) # scripts/coverage-lines
    target_compile_options(hb_${NAME} PRIVATE --coverage -O0)
    target_link_options(hb_${NAME} INTERFACE --coverage)
  endif()
endfunction()
