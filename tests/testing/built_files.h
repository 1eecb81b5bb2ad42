#ifndef TRANCHE_TESTS_TESTING_BUILT_FILES_H_
#define TRANCHE_TESTS_TESTING_BUILT_FILES_H_

#include <string>

// What the build has made, for tests that run or read it. Defined in a source that CMake writes.
namespace tranche {

// The `tranche` program.
std::string ProgramPath();
// The same with the strategies of tests/misbehaving/.
std::string MisbehavingProgramPath();
// The plug-in of docs/cookbook.
std::string CookbookPath();
// A serialised FileDescriptorSet of tranche.v1 with the files' comments.
std::string DocumentedProtoPath();

}  // namespace tranche

#endif  // TRANCHE_TESTS_TESTING_BUILT_FILES_H_
