# What `cmake --install` lays down and CPack packs. One component, `runtime`, is what it takes to play
# and read runs; whatever is for building against Tranche belongs in a component of its own.
include(GNUInstallDirs)

set(TRANCHE_DATA_DIR ${CMAKE_INSTALL_DATADIR}/tranche)

install(TARGETS tranche RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
install(DIRECTORY deploy/scenarios deploy/facts deploy/slurm
  DESTINATION ${TRANCHE_DATA_DIR} COMPONENT runtime)
install(FILES LICENSE README.md CHANGELOG.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime)
install(DIRECTORY docs/
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime FILES_MATCHING PATTERN "*.md")

# The unit names the program where it is installed.
set(TRANCHE_INSTALLED_PROGRAM ${CMAKE_INSTALL_FULL_BINDIR}/tranche)
configure_file(deploy/systemd/tranche@.service.in deploy/systemd/tranche@.service @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/deploy/systemd/tranche@.service
  DESTINATION lib/systemd/system COMPONENT runtime)

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL runtime)
set(CPACK_PACKAGE_NAME tranche)
set(CPACK_PACKAGE_VENDOR Tranche)
set(CPACK_PACKAGE_CONTACT "The Tranche developers <tranche@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Simulator of the market of AI labs, clouds and investors")
set(CPACK_PACKAGE_DESCRIPTION
"Tranche simulates a market in which AI labs, clouds, investors and regulators
act as separate processes. They exchange messages through a broker that advances
the market quarter by quarter, and everything lands in one durable log.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME tranche)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION science)
# Which libraries it needs is read from the program itself.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
include(CPack)
