# Writes OUTPUT, a C++ source that includes HEADER and defines FUNCTION: it returns the files below FOLDER
# in order of their paths, each as {path, text}, in a std::vector<TYPE>.
cmake_minimum_required(VERSION 3.25)

set(arrays "")
set(entries "")
set(number 0)
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT files)
foreach(file IN LISTS files)
  file(READ ${FOLDER}/${file} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {\n${bytes}\n};\n\n")
  string(APPEND entries "      {\"${file}\", Text(kFile${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Generated from ${FOLDER}. Do not edit.
#include \"${HEADER}\"

#include <cstddef>

namespace tranche {
namespace {

${arrays}template <size_t kSize>
absl::string_view Text(const unsigned char (&bytes)[kSize]) {
  return absl::string_view(reinterpret_cast<const char*>(bytes), kSize);
}

}  // namespace

std::vector<${TYPE}> ${FUNCTION}() {
  return {
${entries}  };
}

}  // namespace tranche
")
