# Writes OUTPUT, a C++ source that holds the files below DIST, each compressed, as
# inspector/server/bundle.h declares them. Without DIST there are none.
cmake_minimum_required(VERSION 3.25)

set(arrays "")
set(entries "")
set(number 0)
if(DIST)
  file(GLOB_RECURSE files RELATIVE ${DIST} ${DIST}/*)
  list(SORT files)
  if(NOT "index.html" IN_LIST files OR NOT "report.html" IN_LIST files)
    message(FATAL_ERROR "${DIST} lacks index.html or report.html")
  endif()
  foreach(file IN LISTS files)
    # Without name and time, so that the same page makes the same program.
    execute_process(COMMAND gzip -9 --no-name --stdout ${DIST}/${file}
      OUTPUT_FILE ${OUTPUT}.gz COMMAND_ERROR_IS_FATAL ANY)
    file(READ ${OUTPUT}.gz hex HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND arrays "constexpr unsigned char kFile${number}[] = {\n${bytes}\n};\n\n")
    string(APPEND entries "    {\"${file}\", Bytes(kFile${number})},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(REMOVE ${OUTPUT}.gz)
  set(functions "template <size_t size>
absl::string_view Bytes(const unsigned char (&bytes)[size]) {
  return absl::string_view(reinterpret_cast<const char*>(bytes), size);
}

")
  set(bundle "  static const BundleFile kFiles[] = {
${entries}  };
  return kFiles;
")
else()
  set(functions "")
  set(bundle "  return {};
")
endif()
file(WRITE ${OUTPUT} "// Generated from inspector/web. Do not edit.
#include \"inspector/server/bundle.h\"

#include <cstddef>

namespace tranche {
namespace {

${arrays}${functions}}  // namespace

absl::Span<const BundleFile> Bundle() {
${bundle}}

}  // namespace tranche
")
