# Included by ctest itself when it starts: one test a case of a Catch2 program, called "ROOM: sentence" and labelled ROOM.
# Catch2's own catch_discover_tests (2.13) takes a ";" in a sentence for the end of it, and lists at build time.
#   cases(ROOM PROGRAM COST)
function(cases ROOM PROGRAM COST)
  if(NOT EXISTS "${PROGRAM}")
    add_test("${ROOM}" "${PROGRAM}") # ctest says that it was not built
    return()
  endif()
  # Of a test program the exit code of a list is how many there are.
  execute_process(COMMAND "${PROGRAM}" --list-test-names-only OUTPUT_VARIABLE names ERROR_VARIABLE trouble)
  set(count 0)
  while(NOT names STREQUAL "")
    string(FIND "${names}" "\n" end)
    if(end EQUAL -1)
      set(name "${names}")
      set(names "")
    else()
      string(SUBSTRING "${names}" 0 ${end} name)
      math(EXPR next "${end} + 1")
      string(SUBSTRING "${names}" ${next} -1 names)
    endif()
    if(name STREQUAL "")
      continue()
    endif()
    # What Catch2 reads as a tag, a list, a wildcard or a quotation in a filter.
    string(REGEX REPLACE "([][\\,*\"])" "\\\\\\1" filter "${name}")
    add_test("${ROOM}: ${name}" "${PROGRAM}" "${filter}")
    set_tests_properties("${ROOM}: ${name}" PROPERTIES LABELS "${ROOM}" COST ${COST})
    math(EXPR count "${count} + 1")
  endwhile()
  if(count EQUAL 0)
    add_test("${ROOM}" "${PROGRAM}") # what it says when it runs tells why
  endif()
endfunction()
