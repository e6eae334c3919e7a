# The pages for staff (src/web/admin) as a folder of files, HOURBRIDGE_ADMIN_DIST, which hb_embed_folder() compiles in.
#
# They are made while CMake configures, since the names of the files, with a hash in each, have to be known then. That takes
# half a minute, and only after a source of theirs changed. `npm ci` fetches what package-lock.json names, no script of a package
# runs, and the lock brings a Node of its own: Debian's is too old for the kit.
# Off unless asked for: they are young, and a build without them fetches nothing.
find_program(NPM npm)
option(HOURBRIDGE_ADMIN "build the pages for staff (needs npm)" OFF)

set(hb_admin_source ${CMAKE_SOURCE_DIR}/src/web/admin)
set(hb_admin_work ${CMAKE_BINARY_DIR}/admin)
set(HOURBRIDGE_ADMIN_DIST ${hb_admin_work}/dist)

# Hash of everything that the pages are made of.
function(hb_admin_state OUT)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS
    ${hb_admin_source}/src/*.vue ${hb_admin_source}/src/*.ts ${hb_admin_source}/src/*.css ${hb_admin_source}/src/*.json
    ${hb_admin_source}/build/*.ts ${hb_admin_source}/public/*)
  list(FILTER files EXCLUDE REGEX "\\.d\\.ts$")
  list(APPEND files ${hb_admin_source}/index.html ${hb_admin_source}/package-lock.json ${hb_admin_source}/vite.config.ts
    ${CMAKE_SOURCE_DIR}/src/web/api/openapi.json)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(all "")
  foreach(file ${files})
    file(SHA256 ${file} one)
    string(APPEND all "${file} ${one}\n")
  endforeach()
  string(SHA256 all "${all}")
  set(${OUT} ${all} PARENT_SCOPE)
endfunction()

function(hb_admin_run WHAT)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${hb_admin_source} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(failed)
    message(FATAL_ERROR "the pages for staff: ${WHAT} failed\n${said}\nWithout them: -DHOURBRIDGE_ADMIN=OFF")
  endif()
  string(REGEX MATCH "first load: [^\n]*" size "${said}")
  if(size)
    message(STATUS "pages for staff, ${size}")
  endif()
endfunction()

function(hb_admin_build)
  hb_admin_state(state)
  set(kept "")
  if(EXISTS ${hb_admin_work}/state AND EXISTS ${HOURBRIDGE_ADMIN_DIST}/index.html)
    file(READ ${hb_admin_work}/state kept)
  endif()
  if(kept STREQUAL state)
    return()
  endif()
  message(STATUS "making the pages for staff")
  if(${hb_admin_source}/package-lock.json IS_NEWER_THAN ${hb_admin_source}/node_modules/.package-lock.json)
    hb_admin_run("npm ci" ${NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  endif()
  file(GLOB node ${hb_admin_source}/node_modules/node-linux-*/bin/node)
  if(NOT node)
    find_program(NODE node REQUIRED)
    set(node ${NODE})
  endif()
  hb_admin_run("the API's types" ${node} node_modules/openapi-typescript/bin/cli.js ../api/openapi.json -o src/api/schema.d.ts)
  hb_admin_run("the build" ${CMAKE_COMMAND} -E env HB_ADMIN_OUT=${HOURBRIDGE_ADMIN_DIST} ${node} node_modules/vite/bin/vite.js build)
  file(WRITE ${hb_admin_work}/state ${state})
endfunction()

if(HOURBRIDGE_ADMIN)
  if(NOT NPM)
    message(FATAL_ERROR "HOURBRIDGE_ADMIN wants npm: apt-get install npm, or -DHOURBRIDGE_ADMIN=OFF")
  endif()
  hb_admin_build()
else()
  file(REMOVE_RECURSE ${HOURBRIDGE_ADMIN_DIST})
endif()
