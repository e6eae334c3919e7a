# What is installed: program, units, nginx site, configuration, documentation. scripts/package has debhelper make packages of it
# (packaging/debian).
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
# Units of any kind; Debian 12 keeps them below /lib.
file(GLOB units CONFIGURE_DEPENDS
  config/*.service config/*.slice config/*.socket config/*.timer config/*.target
  packaging/systemd/*.service packaging/systemd/*.slice packaging/systemd/*.socket packaging/systemd/*.timer packaging/systemd/*.target)
install(FILES ${units} DESTINATION /lib/systemd/system)
install(FILES ${etc}/hourbridge.json DESTINATION /etc/hourbridge)
install(FILES ${etc}/hourbridge DESTINATION /etc/nginx/sites-available)
install(FILES config/hourbridge.schema.json config/contract.schema.json config/mapping.schema.json
              config/manifest.schema.json DESTINATION share/hourbridge)
install(DIRECTORY mappings DESTINATION share/hourbridge FILES_MATCHING PATTERN "*.json")
install(DIRECTORY connectors DESTINATION share/hourbridge FILES_MATCHING PATTERN "manifest.json" PATTERN transcripts EXCLUDE)
install(FILES README.md DESTINATION share/doc/hourbridge)
# Messages name files such as connectors/jira/quirks.md: they lie below this folder.
install(DIRECTORY docs connectors mappings DESTINATION share/doc/hourbridge FILES_MATCHING PATTERN "*.md" PATTERN "*.png" PATTERN transcripts EXCLUDE)
install(FILES src/sandbox/README.md DESTINATION share/doc/hourbridge/src/sandbox COMPONENT hourbridge-sandbox)
# What the stand-in of a planner answers from.
install(DIRECTORY connectors DESTINATION share/hourbridge COMPONENT hourbridge-sandbox FILES_MATCHING PATTERN "transcripts/*")
install(DIRECTORY packaging/monitoring DESTINATION share/hourbridge)
install(FILES config/hourbridge.example.json config/contracts.example.json DESTINATION share/doc/hourbridge/examples)

# What the program says about its own commands: manual pages, completions for bash and zsh.
set(pages ${CMAKE_CURRENT_BINARY_DIR}/pages)
add_custom_command(OUTPUT ${pages}/stamp
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${pages}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${pages}
  COMMAND hourbridge manual ${pages}/man1 > ${pages}/written
  COMMAND hourbridge completion bash > ${pages}/hourbridge
  COMMAND hourbridge completion zsh > ${pages}/_hourbridge
  COMMAND ${CMAKE_COMMAND} -E touch ${pages}/stamp
  DEPENDS hourbridge)
add_custom_target(pages DEPENDS ${pages}/stamp)
install(DIRECTORY ${pages}/man1 DESTINATION share/man)
install(FILES ${pages}/hourbridge DESTINATION share/bash-completion/completions)
install(FILES ${pages}/_hourbridge DESTINATION share/zsh/vendor-completions)
# The program is built before; tests are no part of a package.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
