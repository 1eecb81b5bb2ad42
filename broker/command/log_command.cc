#include "broker/command/log_command.h"

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "broker/command/exit_codes.h"
#include "broker/command/log_errors.h"
#include "broker/command/log_export.h"
#include "broker/command/log_talk.h"
#include "broker/command/logging.h"
#include "broker/command/standard_output.h"
#include "broker/log/figures.h"
#include "broker/log/log_file.h"
#include "broker/log/record_kind.h"
#include "broker/log/record_text.h"
#include "broker/log/run_log.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// How often a log that is followed is looked at.
constexpr std::chrono::milliseconds kFollowInterval(200);

enum class Format { kText, kJson, kCsv };

struct LogOptions {
  std::string path;
  RecordFilter filter;
  uint64_t limit = 0;  // 0: none
  std::string table;
  bool all = false;
  bool follow = false;
  Format format = Format::kText;
};

// Writes records as they are found.
class RecordPrinter {
 public:
  RecordPrinter(const LogOptions& options, StandardOutput& output)
      : options_(options), output_(output) {
    if (options.format == Format::kCsv) WriteRecordCsvHeader(output.stream());
  }

  // False: no more are wanted.
  bool Visit(const v1::LogRecord& record) {
    last_position_ = record.position();
    over_ |= record.has_run_ended();
    if (!Wanted(record)) return true;
    switch (options_.format) {
      case Format::kText:
        PrintText(record);
        break;
      case Format::kJson:
        output_.stream() << RecordJson(record) << '\n';
        break;
      case Format::kCsv:
        WriteRecordCsv(record, output_.stream());
        break;
    }
    ++printed_;
    return !satisfied();
  }

  bool satisfied() const {
    return (options_.limit != 0 && printed_ >= options_.limit) || !output_.stream().good();
  }
  uint64_t last_position() const { return last_position_; }
  // The end of the run has been seen.
  bool over() const { return over_; }

 private:
  bool Wanted(const v1::LogRecord& record) const {
    return options_.format != Format::kText || options_.all || !options_.filter.kinds.empty() ||
           !IsBookkeeping(RecordKind(record));
  }

  void PrintText(const v1::LogRecord& record) {
    std::ostream& out = output_.stream();
    const bool colours = output_.colours();
    const std::string parties = PartiesText(record);
    const bool refusal = record.message().has_rejected();
    out << (colours ? "\033[2m" : "") << '#' << record.position() << ' '
        << QuarterText(record.quarter()) << " r" << record.round() << (colours ? "\033[0m" : "")
        << "  ";
    if (!parties.empty()) {
      out << (colours ? "\033[1m" : "") << parties << (colours ? "\033[0m" : "") << "  ";
    }
    out << (colours ? refusal ? "\033[31m" : "\033[36m" : "") << RecordKind(record)
        << (colours ? "\033[0m" : "") << "  " << RecordText(record);
    if (!record.message().thread().empty()) out << "  [" << record.message().thread() << ']';
    out << '\n';
  }

  const LogOptions& options_;
  StandardOutput& output_;
  uint64_t printed_ = 0;
  uint64_t last_position_ = 0;
  bool over_ = false;
};

absl::Status PrintRecords(const LogOptions& options, const RunLog& log, RecordPrinter& printer,
                          uint64_t from) {
  RecordFilter filter = options.filter;
  filter.from = std::max(filter.from, from);
  return log.Select(filter,
                    [&printer](const v1::LogRecord& record) { return printer.Visit(record); });
}

// Prints what there is and then what comes, until the run ends or nobody reads.
absl::Status Follow(const LogOptions& options, RecordPrinter& printer, StandardOutput& output) {
  uint64_t next = 1;
  while (true) {
    // Opened anew each time: a reader that stays would keep the run from folding its files into
    // one at its end.
    absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(options.path);
    if (!log.ok()) return log.status();
    absl::StatusOr<uint64_t> last = (*log)->LastPosition();
    if (!last.ok()) return last.status();
    if (*last >= next) {
      // Asked first: what is added while we print, the end perhaps, is the next look's.
      bool ended = false;
      absl::Status printed =
          (*log)->Select({.from = next, .kinds = {"run_ended"}}, [&](const v1::LogRecord&) {
            ended = true;
            return false;
          });
      if (!printed.ok()) return printed;
      printed = PrintRecords(options, **log, printer, next);
      output.stream().flush();
      if (!printed.ok() || ended || printer.satisfied()) return printed;
      next = std::max(*last, printer.last_position()) + 1;
    }
    log->reset();
    if (output.closed()) return absl::OkStatus();
    std::this_thread::sleep_for(kFollowInterval);
  }
}

absl::Status PrintTable(const LogOptions& options, const RunLog& log, StandardOutput& output) {
  uint64_t rows = 0;
  absl::Status read = log.ReadTable(
      options.table, [&](absl::Span<const std::string> columns, absl::Span<const TableCell> row) {
        if (options.format == Format::kJson) {
          WriteTableJson(columns, row, output.stream());
        } else {
          if (rows == 0) WriteTableCsvHeader(columns, output.stream());
          WriteTableCsv(row, output.stream());
        }
        ++rows;
        return output.stream().good() && (options.limit == 0 || rows < options.limit);
      });
  return read;
}

absl::Status PrintLog(const LogOptions& options, StandardOutput& output) {
  if (options.follow) {
    RecordPrinter printer(options, output);
    return Follow(options, printer, output);
  }
  absl::StatusOr<std::unique_ptr<RunLog>> log = RunLog::OpenToRead(options.path);
  if (!log.ok()) return log.status();
  if (!options.table.empty()) return PrintTable(options, **log, output);
  RecordPrinter printer(options, output);
  return PrintRecords(options, **log, printer, 1);
}

// Prints by `print`, and says on stderr what went wrong.
ExitCode Show(absl::FunctionRef<absl::Status(StandardOutput&)> print) {
  StandardOutput output(STDOUT_FILENO);
  const absl::Status printed = print(output);
  const ExitCode written = output.Finish();
  if (printed.ok()) return written;
  ReportError("log", printed);
  return ExitCodeOfLogError(printed);
}

struct TalkOptions {
  std::string path;
  std::string name;
  bool json = false;
};

// A command that prints from one log by one name.
using TalkPrinter = absl::Status (*)(const SqliteDatabase& database, const TalkOptions& options,
                                     StandardOutput& output);

void AddTalkCommand(CLI::App& log, const std::string& command, const std::string& description,
                    const std::string& footer, const std::string& name_description,
                    TalkPrinter print, int& exit_code) {
  auto options = std::make_shared<TalkOptions>();
  CLI::App* talk = log.add_subcommand(command, description);
  talk->footer(absl::StrCat(footer,
                            "\nExit codes: 0 done, 2 usage, 4 not a log, damaged or holds no such "
                            "thing, 7 input or output failed"));
  talk->add_option("run", options->path, "The log")->required();
  if (!name_description.empty()) {
    talk->add_option("name", options->name, name_description)->required();
    talk->add_flag("--json", options->json, "JSON");
  }
  talk->callback([options, print, &exit_code] {
    exit_code = Show([&](StandardOutput& output) -> absl::Status {
      absl::StatusOr<SqliteDatabase> database = OpenLogFileToRead(options->path);
      if (!database.ok()) return database.status();
      return print(*database, *options, output);
    });
  });
}

void AddTalkCommands(CLI::App& log, int& exit_code) {
  AddTalkCommand(
      log, "threads", "List the threads: who talked with whom, and when",
      "Example: tranche log threads run.tranche", "",
      [](const SqliteDatabase& database, const TalkOptions&, StandardOutput& output) {
        return PrintThreads(database, output.stream());
      },
      exit_code);
  AddTalkCommand(
      log, "thread", "Read a thread as a conversation",
      "Answers stand below what they answer. Terms are printed in full the first time; later\n"
      "versions say what they change of the version before.\n"
      "Example: tranche log thread run.tranche openai/round-2026Q1",
      "The thread, or a message's number for its thread",
      [](const SqliteDatabase& database, const TalkOptions& options, StandardOutput& output) {
        return options.json
                   ? PrintThreadJson(database, options.name, output.stream())
                   : PrintThread(database, options.name, output.colours(), output.stream());
      },
      exit_code);
  AddTalkCommand(
      log, "why", "Walk back from an outcome to its causes",
      "Each step names the one it explains: an end the ruling behind it, a ruling the filing, a\n"
      "signature the acceptance, an acceptance its proposal, back to the first ask.\n"
      "Example: tranche log why run.tranche openai/round-2026Q1/amazon",
      "A deal, contract or thread, or a message's number",
      [](const SqliteDatabase& database, const TalkOptions& options, StandardOutput& output) {
        return options.json ? PrintWhyJson(database, options.name, output.stream())
                            : PrintWhy(database, options.name, output.colours(), output.stream());
      },
      exit_code);
}

Quarter ParseQuarter(const std::string& text) {
  absl::StatusOr<Quarter> quarter = Quarter::Parse(text);
  if (!quarter.ok()) {
    throw CLI::ValidationError("--quarter", std::string(quarter.status().message()));
  }
  return *quarter;
}

// "2026Q2" or "2026Q2..2027Q1"; either side of the dots may be left out.
void ParseQuarters(const std::string& text, RecordFilter& filter) {
  const std::vector<std::string> ends = absl::StrSplit(text, absl::MaxSplits("..", 1));
  if (!ends.front().empty()) filter.first_quarter = ParseQuarter(ends.front());
  if (!ends.back().empty()) filter.last_quarter = ParseQuarter(ends.back());
}

void CheckKinds(const std::vector<std::string>& kinds) {
  const std::vector<absl::string_view> known = RecordKinds();
  for (const std::string& kind : kinds) {
    if (absl::c_linear_search(known, kind)) continue;
    throw CLI::ValidationError("--kind", absl::StrCat("there is no kind \"", kind, "\"; there are ",
                                                      absl::StrJoin(known, ", ")));
  }
}

void AddFilterOptions(CLI::App& log, LogOptions& options) {
  log.add_option_function<std::string>(
      "--quarter", [&options](const std::string& text) { ParseQuarters(text, options.filter); },
      "Only this quarter, as in 2026Q2, or these, as in 2026Q2..2027Q1");
  log.add_option("--round", options.filter.round, "Only this round of a quarter; 0 is its opening");
  log.add_option("--sender", options.filter.sender, "Only what this agent, or market, sent");
  log.add_option("--recipient", options.filter.recipient, "Only what reached this agent");
  log.add_option("--kind", options.filter.kinds,
                 "Only these kinds, as in term_sheet,counter_offer or metric")
      ->delimiter(',')
      ->each([](const std::string& kind) { CheckKinds({kind}); });
  log.add_option("--thread", options.filter.thread, "Only this thread and those below it");
  log.add_option("--from", options.filter.from, "Only from this position on")
      ->check(CLI::PositiveNumber);
  log.add_option("--text", options.filter.text, "Only what mentions this, in any case");
  log.add_flag("--refused", options.filter.refused, "Only moves that the market has refused");
  log.add_option("--limit", options.limit, "At most so many")->check(CLI::PositiveNumber);
}

}  // namespace

void AddLogCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<LogOptions>();
  CLI::App* log = app.add_subcommand("log", "Filter, follow and export a run's log");
  log->footer(
      "Without a format, what was said and done is shown; the views and books behind it with --all "
      "or\n"
      "by --kind. JSON and CSV hold every record that the filters leave.\n"
      "Examples:\n"
      "  tranche log threads run.tranche\n"
      "  tranche log thread run.tranche openai/round-2026Q1\n"
      "  tranche log why run.tranche openai/round-2026Q1/amazon\n"
      "  tranche log run.tranche --sender amazon --kind term_sheet,counter_offer --quarter 2026Q1\n"
      "  tranche log run.tranche --table metrics --csv > metrics.csv\n"
      "Exit codes: 0 done, 2 usage, 4 not a log or damaged, 7 input or output failed");
  log->require_subcommand(0, 1);
  log->add_option("run", options->path, "The log");
  AddFilterOptions(*log, *options);

  CLI::Option* all = log->add_flag("--all", options->all, "Views and books too");
  CLI::Option* table = log->add_option(
      "--table", options->table, "The rows of a table of docs/log-schema.md, in CSV unless --json");
  CLI::Option* follow =
      log->add_flag("--follow,-f", options->follow, "Go on with what a live run adds, to its end");
  CLI::Option* json = log->add_flag_callback(
      "--json", [options] { options->format = Format::kJson; }, "JSON Lines");
  CLI::Option* csv = log->add_flag_callback(
      "--csv", [options] { options->format = Format::kCsv; }, "Comma-separated values");
  json->excludes(csv);
  table->excludes(follow)->excludes(all);
  log->callback([log, options, &exit_code] {
    if (!log->get_subcommands().empty()) return;
    if (options->path.empty()) throw CLI::RequiredError("run");
    exit_code = Show([&](StandardOutput& output) { return PrintLog(*options, output); });
  });
  AddTalkCommands(*log, exit_code);
}

}  // namespace tranche
