# What is for building strategies against Tranche: its headers, which describe themselves in
# agents/plugin/sdk_version.h, and tranche_add_strategy_plugin. cmake/Install.cmake installs the same.

set(TRANCHE_SDK_HEADERS
  agents/actions.h
  agents/moves_of.h
  agents/strategy.h
  agents/plugin/abi.h
  sim/check.h
  sim/det_math.h
  sim/money.h
  sim/philox.h
  sim/quarter.h
  sim/seat.h)

set(TRANCHE_SDK_GENERATED ${PROJECT_BINARY_DIR}/generated)
set(sdk_version ${TRANCHE_SDK_GENERATED}/agents/plugin/sdk_version.h)
list(TRANSFORM TRANCHE_SDK_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE headers)
get_target_property(wire tranche_documented_proto WIRE_DESCRIPTOR_SET)
add_custom_command(
  OUTPUT ${sdk_version}
  COMMAND ${CMAKE_COMMAND} "-DHEADERS=${headers}" -DWIRE=${wire} -DVERSION=${PROJECT_VERSION}
          -DOUTPUT=${sdk_version} -P ${PROJECT_SOURCE_DIR}/cmake/SdkVersion.cmake
  DEPENDS ${headers} ${wire} ${PROJECT_SOURCE_DIR}/cmake/SdkVersion.cmake
  COMMENT "Generating agents/plugin/sdk_version.h"
  VERBATIM)
add_custom_target(tranche_sdk_version DEPENDS ${sdk_version})

# Tranche::Plugin: what a plug-in is compiled with; of other projects' libraries only.
add_library(tranche_plugin_sdk INTERFACE)
add_library(Tranche::Plugin ALIAS tranche_plugin_sdk)
set_target_properties(tranche_plugin_sdk PROPERTIES EXPORT_NAME Plugin)
target_compile_features(tranche_plugin_sdk INTERFACE cxx_std_20)
# As Tranche itself is (cmake/Compiler.cmake): the same results on every host.
target_compile_options(tranche_plugin_sdk INTERFACE -ffp-contract=off)
if(TRANCHE_SANITIZE)
  target_compile_options(tranche_plugin_sdk INTERFACE -fsanitize=${TRANCHE_SANITIZE})
  target_link_options(tranche_plugin_sdk INTERFACE -fsanitize=${TRANCHE_SANITIZE})
endif()
target_include_directories(tranche_plugin_sdk INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${TRANCHE_INCLUDE_DIR}>)
target_include_directories(tranche_plugin_sdk SYSTEM INTERFACE
  $<BUILD_INTERFACE:${TRANCHE_SDK_GENERATED}> $<BUILD_INTERFACE:${TRANCHE_PROTO_GENERATED}>)
target_link_libraries(tranche_plugin_sdk INTERFACE
  protobuf::libprotobuf absl::flat_hash_map absl::span absl::status absl::statusor absl::str_format
  absl::strings absl::time)
add_dependencies(tranche_plugin_sdk tranche_sdk_version tranche_proto)

set(TRANCHE_DESCRIBE_PLUGIN ${PROJECT_SOURCE_DIR}/agents/plugin/describe_plugin.cc)
include(cmake/TranchePlugin.cmake)
