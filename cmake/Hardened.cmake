# What the compiler and the linker can do against a fault that we do not know of. Debug builds get the
# link flags only: their objects stay the same ones, so ccache still has them. scripts/hardened reads
# a program and says what it lacks; tests/package has it judge programs that lack one thing each.
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(hardened OFF)
else()
  set(hardened ON)
endif()
option(HOURBRIDGE_HARDENED "compile with the hardening flags of Debian's packages" ${hardened})

# _FORTIFY_SOURCE does nothing without optimisation.
set(HB_HARDENED_COMPILE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
  -fstack-protector-strong -fstack-clash-protection -fPIE)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64|i.86)$")
  list(APPEND HB_HARDENED_COMPILE -fcf-protection=full)
endif()
set(HB_HARDENED_LINK -Wl,-z,relro,-z,now,-z,noexecstack)

add_link_options(${HB_HARDENED_LINK})
if(HOURBRIDGE_HARDENED)
  add_compile_options(${HB_HARDENED_COMPILE})
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
endif()
