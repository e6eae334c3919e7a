# cpack -G DEB: program, unit, nginx site, configuration, documentation. scripts/package calls it.
set(etc ${CMAKE_CURRENT_BINARY_DIR}/etc)
# The shipped example, with the places of an installed service.
file(READ config/hourbridge.example.json example)
string(REPLACE "\"data_dir\": \"data\"" "\"data_dir\": \"/var/lib/hourbridge\"" example "${example}")
string(REPLACE "data/secret.key" "/var/lib/hourbridge/secret.key" example "${example}")
string(REPLACE "\"hourbridge.schema.json\"" "\"/usr/share/hourbridge/hourbridge.schema.json\"" example "${example}")
file(WRITE ${etc}/hourbridge.json "${example}")
configure_file(config/nginx-hourbridge.conf ${etc}/hourbridge COPYONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS config/hourbridge.example.json)

# Two packages: what is not said to be the sandbox's belongs to the service.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME hourbridge)
install(TARGETS hourbridge RUNTIME DESTINATION bin)
install(TARGETS hourbridge_sandbox RUNTIME DESTINATION bin COMPONENT hourbridge-sandbox)
install(FILES config/hourbridge.service DESTINATION lib/systemd/system)
install(FILES ${etc}/hourbridge.json DESTINATION /etc/hourbridge)
install(FILES ${etc}/hourbridge DESTINATION /etc/nginx/sites-available)
install(FILES config/hourbridge.schema.json config/contract.schema.json config/mapping.schema.json
              config/manifest.schema.json DESTINATION share/hourbridge)
install(DIRECTORY mappings DESTINATION share/hourbridge FILES_MATCHING PATTERN "*.json")
install(DIRECTORY connectors DESTINATION share/hourbridge FILES_MATCHING PATTERN "manifest.json" PATTERN transcripts EXCLUDE)
install(FILES README.md packaging/debian/copyright DESTINATION share/doc/hourbridge)
# Messages name files such as connectors/jira/quirks.md: they lie below this folder.
install(DIRECTORY docs connectors mappings DESTINATION share/doc/hourbridge FILES_MATCHING PATTERN "*.md" PATTERN transcripts EXCLUDE)
install(FILES src/sandbox/README.md DESTINATION share/doc/hourbridge/src/sandbox COMPONENT hourbridge-sandbox)
install(DIRECTORY packaging/monitoring DESTINATION share/hourbridge)
install(FILES config/hourbridge.example.json config/contracts.example.json DESTINATION share/doc/hourbridge/examples)

set(CPACK_PACKAGE_CONTACT "hourbridge maintainers <hourbridge@example.org>" CACHE STRING "who maintains this package")
configure_file(packaging/debian/changelog.in ${etc}/changelog @ONLY)
# What the program says about its own commands: manual pages, completions for bash and zsh.
find_program(GZIP gzip REQUIRED)
set(pages ${CMAKE_CURRENT_BINARY_DIR}/pages)
add_custom_command(OUTPUT ${pages}/stamp
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${pages}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${pages}
  COMMAND hourbridge manual ${pages}/man1 > ${pages}/written
  COMMAND hourbridge completion bash > ${pages}/hourbridge
  COMMAND hourbridge completion zsh > ${pages}/_hourbridge
  COMMAND ${GZIP} -9n ${pages}/man1/*.1
  COMMAND ${GZIP} -9nc ${CMAKE_CURRENT_SOURCE_DIR}/CHANGELOG.md > ${pages}/changelog.gz
  COMMAND ${GZIP} -9nc ${etc}/changelog > ${pages}/changelog.Debian.gz
  COMMAND ${CMAKE_COMMAND} -E touch ${pages}/stamp
  DEPENDS hourbridge CHANGELOG.md ${etc}/changelog)
add_custom_target(pages DEPENDS ${pages}/stamp)
install(DIRECTORY ${pages}/man1 DESTINATION share/man)
install(FILES ${pages}/hourbridge DESTINATION share/bash-completion/completions)
install(FILES ${pages}/_hourbridge DESTINATION share/zsh/vendor-completions)
install(FILES ${pages}/changelog.gz ${pages}/changelog.Debian.gz DESTINATION share/doc/hourbridge)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME hourbridge)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1) # as packaging/debian/changelog has it
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "From logged hours to paid reports")
set(CPACK_PACKAGE_DESCRIPTION
  "Reads tasks and time from planners, shows clients what they pay for, and makes
deals, invoices and documents in a CRM of what they agree to. No hour is billed
twice and none is lost.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS nginx)
set(scripts ${CMAKE_CURRENT_SOURCE_DIR}/packaging/debian)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${scripts}/conffiles ${scripts}/postinst ${scripts}/prerm ${scripts}/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# The program is built before; tests are no part of a package.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
include(CPack)
