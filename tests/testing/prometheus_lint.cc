#include "tests/testing/prometheus_lint.h"

#include <limits>
#include <regex>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace tranche {
namespace {

class Linter {
 public:
  MetricsPage Lint(const std::string& text) {
    if (!absl::EndsWith(text, "\n")) Complain("the last line does not end");
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    for (const std::string& line : lines) ReadLine(line);
    CloseFamily();
    return std::move(page_);
  }

 private:
  void Complain(const std::string& what) { page_.complaints.push_back(what); }

  void ReadLine(const std::string& line) {
    static const std::regex kHelp("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\\S.*)");
    static const std::regex kType(
        "# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)");
    static const std::regex kSample(
        "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\]|\\\\[\\\\n\"])*\""
        "(?:,[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\]|\\\\[\\\\n\"])*\")*\\})? (\\S+)");
    std::smatch match;
    if (std::regex_match(line, match, kHelp)) {
      CloseFamily();
      family_ = match[1];
      if (!families_.insert(family_).second) Complain(family_ + " is begun twice");
    } else if (std::regex_match(line, match, kType)) {
      if (match[1] != family_) Complain("type without help before: " + line);
      type_ = match[2];
      if ((type_ == "counter") != absl::EndsWith(family_, "_total")) {
        Complain(family_ + ": counters, and no others, end in _total");
      }
      if (absl::StrContains(family_, "milli") || absl::StrContains(family_, "kilo")) {
        Complain(family_ + " is not in base units");
      }
    } else if (std::regex_match(line, match, kSample)) {
      ReadSample(match[1], match[2], match[3]);
    } else {
      Complain("neither help, type nor sample: " + line);
    }
  }

  void ReadSample(const std::string& name, const std::string& labels, const std::string& number) {
    double value = 0;
    if (!absl::SimpleAtod(number, &value)) Complain("no number: " + name + " " + number);
    if (type_.empty()) Complain("sample without type: " + name);
    const bool of_family =
        name == family_ ||
        (type_ == "histogram" &&
         (name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count"));
    if (!of_family) Complain(name + " stands among the samples of " + family_);
    if (type_ == "counter" && value < 0) Complain(name + " counts below 0");
    if (!page_.samples.emplace(name + labels, value).second) Complain("twice: " + name + labels);
    if (name == family_ + "_bucket") ReadBucket(labels, value);
    ++samples_;
  }

  void ReadBucket(const std::string& labels, double value) {
    absl::string_view bound = labels;
    double le = 0;
    if (!absl::ConsumePrefix(&bound, "{le=\"") || !absl::ConsumeSuffix(&bound, "\"}") ||
        !absl::SimpleAtod(bound, &le)) {
      Complain("a bucket without bound: " + labels);
    }
    if (le <= last_bound_ || value < last_bucket_) Complain(family_ + ": buckets do not grow");
    last_bound_ = le;
    last_bucket_ = value;
  }

  void CloseFamily() {
    if (!family_.empty() && samples_ == 0) Complain(family_ + " has no samples");
    if (type_ == "histogram") {
      if (last_bound_ != std::numeric_limits<double>::infinity()) {
        Complain(family_ + " has no bucket +Inf");
      }
      const auto count = page_.samples.find(family_ + "_count");
      if (count == page_.samples.end() || count->second != last_bucket_ ||
          page_.samples.count(family_ + "_sum") == 0) {
        Complain(family_ + " does not add up");
      }
    }
    family_.clear();
    type_.clear();
    samples_ = 0;
    last_bound_ = -std::numeric_limits<double>::infinity();
    last_bucket_ = 0;
  }

  MetricsPage page_;
  std::set<std::string> families_;
  std::string family_;
  std::string type_;
  int samples_ = 0;
  double last_bound_ = -std::numeric_limits<double>::infinity();
  double last_bucket_ = 0;
};

}  // namespace

MetricsPage LintMetrics(const std::string& text) { return Linter().Lint(text); }

}  // namespace tranche
