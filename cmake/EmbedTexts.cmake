# Writes OUTPUT, a C++ source with the texts of deploy/launch_files.h: SLURM_RUN, a file, and those of
# the folders `base` and `sweep` in KUBERNETES.
function(bytes_of file out)
  file(READ ${file} text HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" text "${text}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${text}")
  set(${out} "${bytes}" PARENT_SCOPE)
endfunction()

set(arrays)
foreach(folder base sweep)
  set(entries_of_${folder})
  file(GLOB files LIST_DIRECTORIES false ${KUBERNETES}/${folder}/*.yaml)
  list(SORT files)
  set(index 0)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    bytes_of(${file} bytes)
    string(APPEND arrays "constexpr unsigned char k_${folder}_${index}[] = {\n${bytes}};\n")
    string(APPEND entries_of_${folder} "      {\"${name}\", Text(k_${folder}_${index})},\n")
    math(EXPR index "${index} + 1")
  endforeach()
endforeach()
bytes_of(${SLURM_RUN} bytes)
string(APPEND arrays "constexpr unsigned char kSlurmRun[] = {\n${bytes}};\n")

file(WRITE ${OUTPUT} "// Generated from files of deploy/. Do not edit.
#include \"deploy/launch_files.h\"

#include <cstddef>

namespace tranche {
namespace {

${arrays}
template <size_t kSize>
absl::string_view Text(const unsigned char (&bytes)[kSize]) {
  return absl::string_view(reinterpret_cast<const char*>(bytes), kSize);
}

}  // namespace

absl::string_view SlurmRunScript() { return Text(kSlurmRun); }

std::vector<LaunchFile> KubernetesBase() {
  return {
${entries_of_base}  };
}

std::vector<LaunchFile> KubernetesSweepBase() {
  return {
${entries_of_sweep}  };
}

}  // namespace tranche
")
