# What `cmake --install` lays down and CPack packs. One component, `runtime`, is what it takes to play
# and read runs; another, `sdk`, what it takes to build strategies.
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

# The SDK: headers, which are found as those of the source tree are, archives and a CMake package. What
# a plug-in needs of Tranche at run time is in the program.
set(TRANCHE_LIB_DIR ${CMAKE_INSTALL_LIBDIR}/tranche)
set(TRANCHE_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Tranche)
foreach(header IN LISTS TRANCHE_SDK_HEADERS)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${header} DESTINATION ${TRANCHE_INCLUDE_DIR}/${folder} COMPONENT sdk)
endforeach()
install(FILES broker/trial/trial_run.h DESTINATION ${TRANCHE_INCLUDE_DIR}/broker/trial COMPONENT sdk)
install(FILES ${TRANCHE_SDK_GENERATED}/agents/plugin/sdk_version.h
  DESTINATION ${TRANCHE_INCLUDE_DIR}/agents/plugin COMPONENT sdk)
install(DIRECTORY ${PROJECT_BINARY_DIR}/proto/generated/tranche DESTINATION ${TRANCHE_INCLUDE_DIR}
  COMPONENT sdk FILES_MATCHING PATTERN "*.pb.h" PATTERN "*.grpc.pb.h" EXCLUDE)
install(DIRECTORY proto/tranche DESTINATION ${TRANCHE_DATA_DIR}/proto
  COMPONENT sdk FILES_MATCHING PATTERN "*.proto")

install(DIRECTORY ${PROJECT_BINARY_DIR}/python/tranche DESTINATION ${TRANCHE_DATA_DIR}/python
  COMPONENT sdk PATTERN "__pycache__" EXCLUDE)

install(TARGETS tranche_plugin_sdk tranche_proto tranche_sim tranche_strategies_archive
    tranche_strategies tranche_protocol
    tranche_inline tranche_trial
  EXPORT TrancheTargets ARCHIVE DESTINATION ${TRANCHE_LIB_DIR} COMPONENT sdk)
install(EXPORT TrancheTargets NAMESPACE Tranche:: DESTINATION ${TRANCHE_CMAKE_DIR} COMPONENT sdk)

# All that is installed: `cmake --build BUILD --target tranche_sdk` comes before `cmake --install BUILD`.
add_custom_target(tranche_sdk DEPENDS tranche tranche_trial tranche_python)

include(CMakePackageConfigHelpers)
set(TRANCHE_INSTALLED_BINARY ${CMAKE_INSTALL_BINDIR}/tranche)
set(TRANCHE_INSTALLED_SCENARIOS ${TRANCHE_DATA_DIR}/scenarios)
configure_package_config_file(cmake/TrancheConfig.cmake.in ${PROJECT_BINARY_DIR}/sdk/TrancheConfig.cmake
  INSTALL_DESTINATION ${TRANCHE_CMAKE_DIR}
  PATH_VARS TRANCHE_INSTALLED_BINARY TRANCHE_INSTALLED_SCENARIOS)
# Before 1.0 every minor version may ask for changes of strategies.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sdk/TrancheConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sdk/TrancheConfig.cmake
    ${PROJECT_BINARY_DIR}/sdk/TrancheConfigVersion.cmake cmake/TranchePlugin.cmake
    agents/plugin/describe_plugin.cc
  DESTINATION ${TRANCHE_CMAKE_DIR} COMPONENT sdk)

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL runtime sdk)
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
set(CPACK_DEBIAN_SDK_PACKAGE_NAME tranche-dev)
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_SDK_DESCRIPTION "SDK for strategies of Tranche, in C++ and Python")
string(CONCAT CPACK_DEBIAN_SDK_PACKAGE_DEPENDS "tranche (= ${PROJECT_VERSION}), cmake, g++, libabsl-dev, "
  "libprotobuf-dev, libssl-dev, protobuf-compiler")
set(CPACK_DEBIAN_SDK_PACKAGE_RECOMMENDS "libgtest-dev, python3-grpcio, python3-protobuf")
include(CPack)
