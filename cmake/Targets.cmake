# Targets are made from the sources found in a folder, so that adding a file needs no edit here. A
# target whose folder holds no source is left out, and links to a target that does not exist are
# dropped.

# tranche_glob(OUT PATTERN... [TESTS] [EXCLUDE regex]): the files below the current folder that match,
# tests left out, or with TESTS only the tests. Tests are *_test.cc and what they share in testing/.
function(tranche_glob out)
  cmake_parse_arguments(ARG "TESTS" "EXCLUDE" "" ${ARGN})
  set(found)
  foreach(pattern IN LISTS ARG_UNPARSED_ARGUMENTS)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${pattern})
    list(APPEND found ${sources})
  endforeach()
  if(ARG_TESTS)
    list(FILTER found INCLUDE REGEX "_test\\.cc$|/testing/[^/]+$")
  else()
    list(FILTER found EXCLUDE REGEX "_test\\.cc$|/testing/[^/]+$")
  endif()
  if(ARG_EXCLUDE)
    list(FILTER found EXCLUDE REGEX "${ARG_EXCLUDE}")
  endif()
  list(SORT found)
  set(${out} ${found} PARENT_SCOPE)
endfunction()

function(tranche_link target)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  foreach(scope PUBLIC PRIVATE)
    foreach(library IN LISTS ARG_${scope})
      if(NOT library MATCHES "^tranche_" OR TARGET ${library})
        target_link_libraries(${target} ${scope} ${library})
      endif()
    endforeach()
  endforeach()
endfunction()

# tranche_library(NAME SOURCES file... LINK library...): a static library of ours.
function(tranche_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_SOURCES)
    return()
  endif()
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${TRANCHE_INCLUDE_DIR}>)
  tranche_link(${name} PUBLIC ${ARG_LINK} PRIVATE $<BUILD_INTERFACE:tranche_warnings>)
endfunction()

# tranche_executable(NAME SOURCES file... LINK library...): a program of ours.
function(tranche_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_SOURCES)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  tranche_link(${name} PRIVATE ${ARG_LINK} tranche_warnings)
endfunction()

# tranche_source_tree: tells tests where the source tree is (sim/testing/source_tree.h).
set(source_tree ${PROJECT_BINARY_DIR}/generated/source_tree.cc)
file(CONFIGURE OUTPUT ${source_tree} CONTENT [=[
#include "sim/testing/source_tree.h"
#include "absl/strings/str_cat.h"
namespace tranche {
std::string SourceDir() { return "@PROJECT_SOURCE_DIR@"; }
std::string SourcePath(absl::string_view path) { return absl::StrCat(SourceDir(), "/", path); }
}  // namespace tranche
]=] @ONLY)
add_library(tranche_source_tree STATIC ${source_tree})
target_include_directories(tranche_source_tree PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(tranche_source_tree PUBLIC absl::strings)

# tranche_test(NAME SOURCES file... LINK library... [TOGETHER suite pattern]): a GoogleTest program
# whose cases CTest runs one by one; those of the suites that match, whose set-up is dear, in one test
# called Together.SUITES.
function(tranche_test name)
  cmake_parse_arguments(ARG "" "TOGETHER" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_SOURCES)
    return()
  endif()
  tranche_executable(${name} SOURCES ${ARG_SOURCES}
    LINK ${ARG_LINK} tranche_source_tree GTest::gmock GTest::gtest GTest::gtest_main)
  # What is tested is optimised; the tests themselves are compiled once and run once.
  target_compile_options(${name} PRIVATE -O0)
  set(tsan_options "suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp second_deadlock_stack=1")
  set(one_by_one "")
  if(ARG_TOGETHER)
    set(one_by_one TEST_FILTER "-${ARG_TOGETHER}.*")
    string(REPLACE "*" "" suites ${ARG_TOGETHER})
    add_test(NAME Together.${suites} COMMAND ${name} --gtest_filter=${ARG_TOGETHER}.*)
    set_tests_properties(Together.${suites} PROPERTIES TIMEOUT 900 ENVIRONMENT "TSAN_OPTIONS=${tsan_options}")
  endif()
  gtest_discover_tests(${name} ${one_by_one}
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 300 ENVIRONMENT "TSAN_OPTIONS=${tsan_options}")
endfunction()
