# Writes OUTPUT, agents/plugin/sdk_version.h: by what plug-ins and programs know that they were built
# with the same SDK. VERSION is Tranche's, HEADERS the SDK's headers, WIRE the descriptor set.
cmake_minimum_required(VERSION 3.25)

set(hashes "")
foreach(header IN LISTS HEADERS)
  file(SHA256 ${header} hash)
  string(APPEND hashes "${hash}\n")
endforeach()
string(SHA256 headers "${hashes}")
file(SHA256 ${WIRE} wire)
string(SUBSTRING ${headers} 0 16 headers)
string(SUBSTRING ${wire} 0 16 wire)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "// Generated from the SDK's headers and the proto files. Do not edit.
#ifndef TRANCHE_AGENTS_PLUGIN_SDK_VERSION_H_
#define TRANCHE_AGENTS_PLUGIN_SDK_VERSION_H_

#define TRANCHE_SDK_VERSION \"@VERSION@\"
// Digests, 16 digits each.
#define TRANCHE_SDK_HEADERS \"@headers@\"
#define TRANCHE_SDK_WIRE \"@wire@\"

#endif  // TRANCHE_AGENTS_PLUGIN_SDK_VERSION_H_
" @ONLY)
