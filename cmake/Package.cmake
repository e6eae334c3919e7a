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

install(TARGETS hourbridge RUNTIME DESTINATION bin)
install(FILES config/hourbridge.service DESTINATION lib/systemd/system)
install(FILES ${etc}/hourbridge.json DESTINATION /etc/hourbridge)
install(FILES ${etc}/hourbridge DESTINATION /etc/nginx/sites-available)
install(FILES config/hourbridge.schema.json config/contract.schema.json config/mapping.schema.json
              config/manifest.schema.json DESTINATION share/hourbridge)
install(DIRECTORY mappings DESTINATION share/hourbridge FILES_MATCHING PATTERN "*.json")
install(DIRECTORY connectors DESTINATION share/hourbridge FILES_MATCHING PATTERN "manifest.json" PATTERN transcripts EXCLUDE)
install(FILES README.md CHANGELOG.md DESTINATION share/doc/hourbridge)
install(DIRECTORY docs DESTINATION share/doc/hourbridge FILES_MATCHING PATTERN "*.md")
install(FILES config/hourbridge.example.json config/contracts.example.json DESTINATION share/doc/hourbridge/examples)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME hourbridge)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "From logged hours to paid reports")
set(CPACK_PACKAGE_DESCRIPTION
  "Reads tasks and time from planners, shows clients what they pay for, and makes
deals, invoices and documents in a CRM of what they agree to. No hour is billed
twice and none is lost.")
set(CPACK_PACKAGE_CONTACT "hourbridge maintainers <root@localhost>" CACHE STRING "of the package")
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
