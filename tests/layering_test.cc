// The house rules of docs/architecture.md that a compiler does not enforce: which folder may
// include which, and that the pure folders use nothing whose result depends on time, threads,
// files, chance or the host. Every source file of the tree belongs to one Room; a new folder needs
// a new one.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "sim/testing/source_tree.h"

namespace tranche {
namespace {

// An entry ending in '/' names a folder with all below it, any other entry names one file.
using Paths = std::vector<absl::string_view>;

bool Names(const Paths& paths, absl::string_view file) {
  return absl::c_any_of(paths, [file](absl::string_view path) {
    return absl::EndsWith(path, "/") ? absl::StartsWith(file, path) : file == path;
  });
}

Paths Join(const std::vector<Paths>& parts) {
  Paths all;
  for (const Paths& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// A part of the tree and what its sources may include, its own files apart.
struct Room {
  absl::string_view folder;
  Paths may_include;
  // Tests of a room may also reach for these: what they compare with, or drive the room through.
  Paths tests_may_include = {};
  // Whether all behaviour must be a function of the arguments alone, on every host.
  bool pure = false;
};

const Paths& Core() {
  static const Paths paths = {"absl/", "google/protobuf/", "tranche/v1/"};
  return paths;
}

// What a strategy may know of the market: values and pure functions, never the market's inner
// state. Add a header here only if it holds nothing but those.
const Paths& PublicSim() {
  static const Paths paths = {
      "sim/calendar.h",     "sim/cap_table.h", "sim/check.h",   "sim/concentration.h",
      "sim/det_math.h",     "sim/ids.h",       "sim/money.h",   "sim/name_some.h",
      "sim/nested_logit.h", "sim/philox.h",    "sim/quarter.h", "sim/seat.h",
      "sim/storable.h",
  };
  return paths;
}

// From specific to general: a file belongs to the first room whose folder it lies in.
const std::vector<Room>& Rooms() {
  static const Paths frameworks = {"gtest/", "gmock/"};
  static const Paths grpc = {"grpc/", "grpcpp/"};
  static const Paths posix_programs = Join({grpc, {"spdlog/"}});
  static const std::vector<Room> rooms = {
      {.folder = "proto/",
       .may_include = {"absl/", "tranche/v1/"},
       .tests_may_include = frameworks},
      {.folder = "sim/",
       .may_include = Core(),
       .tests_may_include = Join({frameworks, {"mpfr.h", "gmp.h"}}),
       .pure = true},
      {.folder = "identity/",
       .may_include = Join({Core(), {"sim/seat.h", "sim/check.h", "openssl/"}}),
       .tests_may_include = frameworks},
      // Loads libraries; what it says of itself, and a plug-in of itself, asks Abseil and protobuf.
      {.folder = "agents/plugin/",
       .may_include = Join({Core(), PublicSim(), {"agents/"}}),
       .tests_may_include = frameworks},
      {.folder = "agents/process/",
       .may_include = Join({Core(), PublicSim(), posix_programs, {"identity/", "agents/"}}),
       .tests_may_include = Join({frameworks, {"sim/"}})},
      {.folder = "agents/",
       .may_include = Join({Core(), PublicSim()}),
       .tests_may_include = Join({frameworks, {"sim/"}}),
       .pure = true},
      // OpenSSL only hashes here.
      {.folder = "broker/protocol/",
       .may_include = Join({Core(), {"sim/", "openssl/evp.h"}}),
       .tests_may_include = frameworks,
       .pure = true},
      {.folder = "broker/conformance/",
       .may_include =
           Join({Core(),
                 {"sim/", "agents/", "broker/protocol/", "broker/inline/", "broker/conformance/"}}),
       .tests_may_include = frameworks,
       .pure = true},
      {.folder = "broker/inline/",
       .may_include = Join({Core(), {"sim/", "agents/", "broker/protocol/"}}),
       .tests_may_include = frameworks,
       .pure = true},
      {.folder = "broker/trial/",
       .may_include = Join({Core(), {"sim/", "agents/", "broker/protocol/", "broker/inline/"}}),
       .tests_may_include = frameworks},
      {.folder = "broker/evidence/",
       .may_include = Join({Core(), {"sim/", "agents/", "broker/protocol/", "broker/inline/"}}),
       .tests_may_include = frameworks},
      {.folder = "broker/log/",
       .may_include =
           Join({Core(), {"sim/", "broker/protocol/", "sqlite3.h", "boost/crc.hpp", "spdlog/"}}),
       .tests_may_include = frameworks},
      {.folder = "broker/statistics/",
       .may_include = Join({Core(), {"sim/"}}),
       .tests_may_include = Join({frameworks, {"cmath"}}),
       .pure = true},
      {.folder = "broker/games/",
       .may_include = Join({Core(), {"sim/", "broker/statistics/"}}),
       .tests_may_include = frameworks,
       .pure = true},
      {.folder = "broker/ensemble/",
       .may_include = Join({Core(),
                            {"sim/", "agents/", "broker/protocol/", "broker/inline/", "broker/log/",
                             "broker/statistics/"}}),
       .tests_may_include = Join({frameworks, {"sqlite3.h"}})},
      {.folder = "broker/arena/",
       .may_include =
           Join({Core(), {"sim/", "broker/statistics/", "broker/games/", "broker/ensemble/"}}),
       .tests_may_include = Join({frameworks, {"agents/"}})},
      {.folder = "broker/environment/",
       .may_include = Join({Core(),
                            {"sim/", "agents/", "broker/protocol/", "broker/inline/",
                             "broker/ensemble/", "boost/"}}),
       .tests_may_include = frameworks},
      {.folder = "broker/server/",
       .may_include =
           Join({Core(),
                 posix_programs,
                 {"sim/", "identity/", "broker/protocol/", "broker/log/", "boost/", "openssl/"}}),
       .tests_may_include = frameworks},
      {.folder = "inspector/answers/",
       .may_include = Join({Core(), {"sim/", "broker/protocol/", "broker/log/"}}),
       .tests_may_include = frameworks},
      {.folder = "inspector/api/",
       .may_include = Join({Core(), {"sim/", "broker/log/", "inspector/answers/"}}),
       .tests_may_include = frameworks},
      {.folder = "inspector/server/",
       .may_include = Join({Core(), {"sim/", "broker/log/", "inspector/api/", "boost/", "zlib.h"}}),
       .tests_may_include = frameworks},
      {.folder = "broker/command/",
       .may_include = Join({Core(),
                            posix_programs,
                            {"sim/", "identity/", "agents/", "deploy/", "broker/", "inspector/",
                             "boost/", "openssl/", "CLI/"}}),
       .tests_may_include = Join({frameworks, {"sqlite3.h"}})},
      // Files that are built into the command, as text.
      {.folder = "deploy/", .may_include = {"absl/"}},
      // As users' own strategies: what the SDK installs.
      {.folder = "docs/cookbook/",
       .may_include = Join({Core(),
                            {"agents/moves_of.h", "agents/strategy.h", "sim/det_math.h",
                             "sim/money.h", "sim/philox.h", "sim/quarter.h"}}),
       .pure = true},
      {.folder = "tests/",
       .may_include = Join({Core(),
                            posix_programs,
                            frameworks,
                            {"sim/", "identity/", "agents/", "deploy/", "broker/", "inspector/",
                             "boost/", "openssl/", "CLI/", "sqlite3.h", "benchmark/"}})},
  };
  return rooms;
}

// Headers that bring in time, threads, chance, files, the terminal or the host's mathematics.
const Paths& ImpureHeaders() {
  static const Paths headers = {// Time and chance.
                                "chrono", "ctime", "random", "absl/random/", "absl/time/clock.h",
                                // Threads.
                                "atomic", "barrier", "condition_variable", "future", "latch",
                                "mutex", "semaphore", "shared_mutex", "stop_token", "thread",
                                "absl/synchronization/",
                                // Files and the terminal.
                                "filesystem", "fstream", "iostream", "syncstream",
                                // The host.
                                "cfenv", "cmath", "complex", "csignal", "locale", "valarray"};
  return headers;
}

// Names that reach a pure file through some other header and are as impure as those above.
const Paths& ImpureNames() {
  static const Paths names = {"std::acos",
                              "std::asin",
                              "std::atan",
                              "std::atan2",
                              "std::cbrt",
                              "std::cos",
                              "std::cosh",
                              "std::erf",
                              "std::erfc",
                              "std::exp",
                              "std::exp2",
                              "std::expm1",
                              "std::fma",
                              "std::getenv",
                              "std::hypot",
                              "std::lgamma",
                              "std::log",
                              "std::log10",
                              "std::log1p",
                              "std::log2",
                              "std::pow",
                              "std::rand",
                              "std::sin",
                              "std::sinh",
                              "std::tan",
                              "std::tanh",
                              "std::tgamma",
                              "std::time",
                              "absl::GetCurrentTimeNanos",
                              "absl::Now",
                              "__DATE__",
                              "__TIME__"};
  return names;
}

// Tests, and in folders named testing what several of them share.
bool IsTest(absl::string_view file) {
  return absl::EndsWith(file, "_test.cc") || absl::EndsWith(file, "_test.h") ||
         absl::EndsWith(file, "_testing.h") || absl::StrContains(file, "/testing/");
}

bool IsSource(absl::string_view file) {
  return absl::EndsWith(file, ".cc") || absl::EndsWith(file, ".h");
}

// Drops both kinds of comment; string literals stay, and no include hides in one.
std::string WithoutComments(absl::string_view code) {
  std::string kept;
  size_t at = 0;
  while (at < code.size()) {
    const absl::string_view rest = code.substr(at);
    if (absl::StartsWith(rest, "//")) {
      at = std::min(code.find('\n', at), code.size());
    } else if (absl::StartsWith(rest, "/*")) {
      const size_t end = code.find("*/", at + 2);
      at = end == absl::string_view::npos ? code.size() : end + 2;
    } else {
      kept += code[at++];
    }
  }
  return kept;
}

struct Include {
  std::string header;
  bool quoted = false;
};

std::vector<Include> IncludesOf(absl::string_view code) {
  std::vector<Include> includes;
  for (absl::string_view line : absl::StrSplit(code, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "#")) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "include")) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    const bool quoted = absl::ConsumePrefix(&line, "\"");
    if (!quoted && !absl::ConsumePrefix(&line, "<")) continue;
    includes.push_back({std::string(line.substr(0, line.find(quoted ? '"' : '>'))), quoted});
  }
  return includes;
}

// Whether `code` holds `name` as a whole qualified name.
bool Mentions(absl::string_view code, absl::string_view name) {
  const auto is_word = [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == ':'; };
  for (size_t at = code.find(name); at != absl::string_view::npos; at = code.find(name, at + 1)) {
    const size_t end = at + name.size();
    const bool starts = at == 0 || !is_word(code[at - 1]);
    const bool ends = end == code.size() || !is_word(code[end]);
    if (starts && ends) return true;
  }
  return false;
}

bool MayInclude(const Room& room, bool is_test, const Include& include) {
  const absl::string_view header = include.header;
  const bool pure = room.pure && !is_test;
  if (pure && Names(ImpureHeaders(), header)) return false;
  // A pure room sees the messages but not the service.
  if (pure && absl::EndsWith(header, ".grpc.pb.h")) return false;
  // Strategies do not know the process that hosts them; nor do their tests.
  if (room.folder == "agents/" &&
      (absl::StartsWith(header, "agents/process/") || absl::StartsWith(header, "agents/plugin/"))) {
    return false;
  }
  // What a program ships with does not rest on its tests.
  if (!is_test && IsTest(header) && room.folder != "tests/") return false;
  if (absl::StartsWith(header, room.folder)) return true;
  if (Names(room.may_include, header)) return true;
  if (is_test && Names(room.tests_may_include, header)) return true;
  if (include.quoted) return false;
  // The standard library is open to all, the operating system to what may have effects.
  const bool standard_library = !absl::StrContains(header, '.') && !absl::StrContains(header, '/');
  if (standard_library) return true;
  const bool operating_system =
      !absl::StrContains(header, '/') || absl::StartsWith(header, "sys/") ||
      absl::StartsWith(header, "netinet/") || absl::StartsWith(header, "arpa/") ||
      absl::StartsWith(header, "linux/");
  const bool third_party = header == "sqlite3.h" || header == "mpfr.h" || header == "gmp.h";
  return operating_system && !third_party && !pure;
}

// What `file`, a path from the root of the tree that holds `code`, does against the rules.
std::vector<std::string> Violations(absl::string_view file, absl::string_view code) {
  const auto room =
      absl::c_find_if(Rooms(), [&](const Room& r) { return absl::StartsWith(file, r.folder); });
  if (room == Rooms().end()) return {absl::StrCat(file, " lies in no room of the house")};

  std::vector<std::string> violations;
  const bool is_test = IsTest(file);
  const std::string bare = WithoutComments(code);
  for (const Include& include : IncludesOf(bare)) {
    if (!MayInclude(*room, is_test, include)) {
      violations.push_back(absl::StrCat(file, " includes ", include.header));
    }
  }
  if (room->pure && !is_test) {
    for (absl::string_view name : ImpureNames()) {
      if (Mentions(bare, name)) violations.push_back(absl::StrCat(file, " uses ", name));
    }
  }
  return violations;
}

std::vector<std::pair<std::string, std::string>> SourceTree() {
  namespace fs = std::filesystem;
  const fs::path root = SourceDir();
  std::vector<std::pair<std::string, std::string>> files;
  for (auto entry = fs::recursive_directory_iterator(root);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string path = fs::relative(entry->path(), root).generic_string();
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() && (path == "build" || name == "node_modules" || name[0] == '.')) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file() || !IsSource(path)) continue;
    std::ifstream in(entry->path(), std::ios::binary);
    files.emplace_back(path, std::string(std::istreambuf_iterator<char>(in), {}));
  }
  absl::c_sort(files);
  return files;
}

TEST(LayeringTest, NoSourceFileBreaksTheLayering) {
  std::vector<std::string> violations;
  for (const auto& [file, code] : SourceTree()) {
    const std::vector<std::string> found = Violations(file, code);
    violations.insert(violations.end(), found.begin(), found.end());
  }
  EXPECT_TRUE(violations.empty()) << absl::StrJoin(violations, "\n");
}

TEST(LayeringTest, TheWholeTreeIsWalked) {
  const auto tree = SourceTree();
  const auto holds = [&](absl::string_view file) {
    return absl::c_any_of(tree, [&](const auto& entry) { return entry.first == file; });
  };
  EXPECT_TRUE(holds("tests/layering_test.cc"));
  EXPECT_TRUE(holds("proto/descriptor_set.h"));
  EXPECT_TRUE(absl::c_none_of(
      tree, [](const auto& entry) { return absl::StartsWith(entry.first, "build/"); }));
}

// From here on: the checker detects what it is for.

bool Allows(absl::string_view file, absl::string_view line) {
  return Violations(file, absl::StrCat(line, "\nint main() {}\n")).empty();
}

TEST(LayeringTest, DependenciesPointDown) {
  EXPECT_TRUE(Allows("sim/a.cc", "#include \"tranche/v1/terms.pb.h\""));
  EXPECT_TRUE(Allows("broker/server/a.cc", "#include \"sim/market.h\""));
  EXPECT_TRUE(Allows("broker/command/a.cc", "#include \"agents/process/role.h\""));
  EXPECT_FALSE(Allows("sim/a.cc", "#include \"agents/strategy.h\""));
  EXPECT_FALSE(Allows("sim/a_test.cc", "#include \"broker/log/log.h\""));
  EXPECT_FALSE(Allows("agents/a.cc", "#include \"broker/log/log.h\""));
  EXPECT_FALSE(Allows("agents/process/a.cc", "#include \"broker/server/server.h\""));
  EXPECT_FALSE(Allows("broker/protocol/a.cc", "#include \"broker/server/server.h\""));
  EXPECT_FALSE(Allows("broker/log/a.cc", "#include \"broker/server/server.h\""));
  EXPECT_FALSE(Allows("broker/server/a.cc", "#include \"broker/command/run.h\""));
  EXPECT_FALSE(Allows("broker/server/a.cc", "#include \"tests/fixture.h\""));
  EXPECT_TRUE(Allows("inspector/api/a.cc", "#include \"inspector/answers/why.h\""));
  EXPECT_FALSE(Allows("inspector/answers/a.cc", "#include \"inspector/api/inspection.h\""));
  EXPECT_FALSE(Allows("inspector/api/a.cc", "#include <boost/beast.hpp>"));
  EXPECT_FALSE(Allows("inspector/server/a.cc", "#include \"broker/command/json.h\""));
}

TEST(LayeringTest, StrategiesNeverSeeTheMarketsInnerState) {
  for (absl::string_view file : {"agents/strategy.h", "agents/strategies/lab.cc"}) {
    EXPECT_TRUE(Allows(file, "#include \"sim/money.h\""));
    EXPECT_TRUE(Allows(file, "#include \"sim/philox.h\""));
    EXPECT_TRUE(Allows(file, "#include \"agents/strategy.h\""));
    EXPECT_FALSE(Allows(file, "#include \"sim/market.h\""));
    EXPECT_FALSE(Allows(file, "#include \"sim/ledger.h\""));
    EXPECT_FALSE(Allows(file, "#include \"sim/mechanisms/funding.h\""));
    EXPECT_FALSE(Allows(file, "#include \"agents/process/role.h\""));
    EXPECT_FALSE(Allows(file, "#include \"tranche/v1/broker.grpc.pb.h\""));
  }
  EXPECT_TRUE(Allows("agents/strategies/lab_test.cc", "#include \"sim/market.h\""));
  EXPECT_FALSE(Allows("agents/process/role.cc", "#include \"sim/market.h\""));
}

TEST(LayeringTest, PureRoomsIncludeNothingThatHasEffects) {
  for (absl::string_view file : {"sim/a.h", "broker/protocol/a.cc", "agents/strategies/a.cc"}) {
    for (absl::string_view header :
         {"chrono", "thread", "mutex", "random", "fstream", "filesystem", "cmath", "math.h",
          "time.h", "unistd.h", "sys/socket.h", "boost/asio.hpp", "grpcpp/grpcpp.h", "sqlite3.h",
          "spdlog/spdlog.h", "absl/random/random.h", "absl/time/clock.h"}) {
      EXPECT_FALSE(Allows(file, absl::StrCat("#include <", header, ">"))) << file << " " << header;
      EXPECT_FALSE(Allows(file, absl::StrCat("# include \"", header, "\""))) << file << header;
    }
    EXPECT_TRUE(Allows(file, "#include <vector>"));
    EXPECT_TRUE(Allows(file, "#include \"absl/status/statusor.h\""));
    EXPECT_FALSE(Allows(file, "double y = std::exp(x);"));
    EXPECT_FALSE(Allows(file, "auto t = absl::Now();"));
    EXPECT_TRUE(Allows(file, "double y = tranche::Exp(x); int std_log = mystd::log2(3);"));
  }
  EXPECT_TRUE(Allows("sim/det_math_test.cc", "#include <cmath>\n#include <mpfr.h>"));
  EXPECT_FALSE(Allows("sim/det_math.cc", "#include <mpfr.h>"));
}

TEST(LayeringTest, EachLibraryIsSeenByItsOwnRoomsOnly) {
  EXPECT_TRUE(Allows("broker/log/a.cc", "#include <sqlite3.h>"));
  EXPECT_TRUE(Allows("broker/server/a.cc", "#include <boost/asio.hpp>"));
  EXPECT_TRUE(Allows("broker/server/a.cc", "#include <sys/stat.h>\n#include <thread>"));
  EXPECT_TRUE(Allows("broker/command/a.cc", "#include <CLI/CLI.hpp>"));
  EXPECT_FALSE(Allows("broker/log/a.cc", "#include <boost/asio.hpp>"));
  EXPECT_FALSE(Allows("broker/log/a.cc", "#include <grpcpp/grpcpp.h>"));
  EXPECT_FALSE(Allows("broker/server/a.cc", "#include <sqlite3.h>"));
  EXPECT_FALSE(Allows("broker/server/a.cc", "#include <CLI/CLI.hpp>"));
}

TEST(LayeringTest, IncludesAreWrittenFromTheRoot) {
  EXPECT_FALSE(Allows("sim/a.cc", "#include \"a.h\""));
  EXPECT_FALSE(Allows("broker/server/a.cc", "#include \"../log/log.h\""));
  EXPECT_FALSE(Allows("inspector/a.cc", ""));
}

TEST(LayeringTest, OnlyTestsUseWhatIsThereForTesting) {
  EXPECT_TRUE(Allows("sim/testing/small_market.h", "#include <fstream>"));
  EXPECT_TRUE(Allows("sim/market_test.cc", "#include \"sim/testing/small_market.h\""));
  EXPECT_TRUE(Allows("tests/bench/a.cc", "#include \"sim/testing/small_market.h\""));
  EXPECT_FALSE(Allows("sim/market.cc", "#include \"sim/testing/small_market.h\""));
}

TEST(LayeringTest, CommentsAreNotCode) {
  EXPECT_TRUE(Allows("sim/a.cc", "// #include <chrono>"));
  EXPECT_TRUE(Allows("sim/a.cc", "/* std::exp(x)\n#include <cmath>\n*/"));
  EXPECT_FALSE(Allows("sim/a.cc", "/* why */ #include <cmath>"));
}

}  // namespace
}  // namespace tranche
