# Writes OUTPUT, a C++ source that holds the bytes of the serialised FileDescriptorSet in INPUT.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT} "// Generated from the proto files. Do not edit.
#include \"tranche/v1/descriptor_set.h\"

namespace tranche {
namespace {

constexpr unsigned char kBytes[] = {
${bytes}
};

}  // namespace

absl::string_view TrancheDescriptorSet() {
  return absl::string_view(reinterpret_cast<const char*>(kBytes), sizeof(kBytes));
}

}  // namespace tranche
")
