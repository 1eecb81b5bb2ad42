#include "broker/command/arena_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "broker/command/ensemble_summary.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "broker/statistics/summary.h"

namespace tranche {
namespace {

// A share below this isn't said of a mixed strategy.
constexpr double kLeastShare = 5e-4;

std::string IntervalText(const Interval& interval) {
  return absl::StrCat(FigureText(interval.low), " to ", FigureText(interval.high));
}

std::string IntervalJson(const Interval& interval) {
  return JsonArray({JsonNumber(interval.low), JsonNumber(interval.high)});
}

Interval PayoffInterval(const ArenaReport& report, size_t index, size_t player) {
  return MeanInterval(MomentsOf(report.game.payoffs(index, player)), report.confidence);
}

// "balanced-lab 62%, racing-lab 38%", or the name alone.
std::string MixText(const ArenaReport& report, const std::vector<double>& mix) {
  std::vector<std::string> parts;
  for (size_t s = 0; s < mix.size(); ++s) {
    if (mix[s] < kLeastShare) continue;
    parts.push_back(mix[s] > 1 - kLeastShare
                        ? report.strategies[s]
                        : absl::StrFormat("%s %.1f%%", report.strategies[s], 100 * mix[s]));
  }
  return absl::StrJoin(parts, ", ");
}

// Of a symmetric equilibrium all players do the same.
std::string ProfileText(const ArenaReport& report, const MixedProfile& profile) {
  if (report.symmetric) return absl::StrCat("all: ", MixText(report, profile[0]));
  std::vector<std::string> parts;
  for (size_t player = 0; player < profile.size(); ++player) {
    parts.push_back(absl::StrCat(report.seats[player], ": ", MixText(report, profile[player])));
  }
  return absl::StrJoin(parts, "; ");
}

// Columns as wide as what stands in them; the first are text, to the left, the others to the right.
class Table {
 public:
  explicit Table(size_t text_columns) : text_columns_(text_columns) {}
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void Print(std::ostream& out) const {
    std::vector<size_t> widths(rows_[0].size());
    for (const auto& row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : rows_) {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i) {
        const std::string space(widths[i] - row[i].size(), ' ');
        absl::StrAppend(&line, "  ", i < text_columns_ ? row[i] + space : space + row[i]);
      }
      out << line.substr(0, line.find_last_not_of(' ') + 1) << "\n";
    }
  }

 private:
  size_t text_columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Of a symmetric game, in which the order of the others doesn't matter, each situation once: that
// of the first player, and of the others in ascending order.
bool IsShown(const ArenaReport& report, const PureProfile& profile) {
  return !report.symmetric || std::is_sorted(profile.begin() + 1, profile.end());
}

void PrintPayoffs(const ArenaReport& report, std::ostream& out) {
  const NormalFormGame& means = report.game.means();
  const size_t shown_players = report.symmetric ? 1 : means.players();
  out << "\nPay-offs: mean, and " << absl::StrFormat("%.0f%%", 100 * report.confidence)
      << " interval\n";
  Table table(means.players());
  std::vector<std::string> head = report.seats;
  for (size_t player = 0; player < shown_players; ++player) {
    head.push_back(report.symmetric ? "pay-off" : report.seats[player]);
    head.push_back("interval");
  }
  table.Add(std::move(head));
  for (size_t index = 0; index < means.profiles(); ++index) {
    const PureProfile profile = means.ProfileAt(index);
    if (!IsShown(report, profile)) continue;
    std::vector<std::string> row;
    for (const size_t strategy : profile) row.push_back(report.strategies[strategy]);
    for (size_t player = 0; player < shown_players; ++player) {
      row.push_back(FigureText(means.payoff(index, player)));
      row.push_back(IntervalText(PayoffInterval(report, index, player)));
    }
    table.Add(std::move(row));
  }
  table.Print(out);
}

void PrintBestResponses(const ArenaReport& report, std::ostream& out) {
  if (report.strategies.size() < 2) return;
  const NormalFormGame& means = report.game.means();
  out << "\nBest responses, and their advantage over the next best under the same seeds\n";
  // Seat, others (or nobody), best and next.
  Table table(std::max<size_t>(means.players(), 2) + 2);
  std::vector<std::string> head = {"seat"};
  head.emplace_back("against");
  for (size_t i = 2; i < means.players(); ++i) head.emplace_back("");
  head.insert(head.end(), {"best", "next", "ahead by", "interval"});
  table.Add(std::move(head));
  for (const BestResponse& best : report.analysis.best_responses) {
    if (report.symmetric && best.player > 0) continue;
    const PureProfile profile = means.ProfileAt(best.profile);
    if (!IsShown(report, profile)) continue;
    std::vector<std::string> row = {report.seats[best.player]};
    for (size_t player = 0; player < profile.size(); ++player) {
      if (player != best.player) row.push_back(report.strategies[profile[player]]);
    }
    if (profile.size() == 1) row.emplace_back("nobody");
    row.push_back(report.strategies[best.strategy]);
    row.push_back(report.strategies[best.second]);
    row.push_back(FigureText(best.advantage.difference));
    row.push_back(IntervalText(best.advantage.t_interval));
    table.Add(std::move(row));
  }
  table.Print(out);
}

void PrintProfile(const ArenaReport& report, const MixedProfile& profile,
                  const RegretEstimate& regret, std::ostream& out) {
  out << "  " << ProfileText(report, profile) << "\n    pay-offs";
  const size_t players = report.symmetric ? 1 : report.game.means().players();
  for (size_t player = 0; player < players; ++player) {
    out << (player == 0 ? " " : ", ")
        << FigureText(ExpectedPayoff(report.game.means(), profile, player));
  }
  out << absl::StrFormat("; regret %s, interval %s; no regret in %.0f%% of the resamples\n",
                         FigureText(regret.regret), IntervalText(regret.interval),
                         100 * regret.stability);
}

void PrintEquilibria(const ArenaReport& report, std::ostream& out) {
  const GameAnalysis& analysis = report.analysis;
  out << "\nEquilibria of the mean pay-offs, by " << analysis.method
      << (analysis.complete ? "" : "; there may be others") << "\n";
  for (size_t i = 0; i < analysis.equilibria.size(); ++i) {
    PrintProfile(report, analysis.equilibria[i], analysis.regrets[i], out);
  }
  if (analysis.nearest.has_value()) {
    out << "  none found; of least regret is\n";
    PrintProfile(report, *analysis.nearest, analysis.nearest_regret, out);
  }
}

std::string ProfileJson(const ArenaReport& report, const MixedProfile& profile,
                        const RegretEstimate& regret) {
  std::vector<std::string> players;
  for (size_t player = 0; player < profile.size(); ++player) {
    JsonObject shares;
    for (size_t s = 0; s < profile[player].size(); ++s) {
      shares.Add(report.strategies[s], JsonNumber(profile[player][s]));
    }
    players.push_back(
        JsonObject()
            .Add("seat", JsonString(report.seats[player]))
            .Add("shares", shares.json())
            .Add("payoff", JsonNumber(ExpectedPayoff(report.game.means(), profile, player)))
            .json());
  }
  return JsonObject()
      .Add("players", JsonArray(players))
      .Add("regret", JsonNumber(regret.regret))
      .Add("regret_interval", IntervalJson(regret.interval))
      .Add("no_regret_share", JsonNumber(regret.stability))
      .json();
}

std::string StrategiesJson(const ArenaReport& report, const PureProfile& profile) {
  std::vector<std::string> names;
  for (const size_t strategy : profile) names.push_back(JsonString(report.strategies[strategy]));
  return JsonArray(names);
}

std::string PayoffsJson(const ArenaReport& report) {
  const NormalFormGame& means = report.game.means();
  std::vector<std::string> rows;
  for (size_t index = 0; index < means.profiles(); ++index) {
    std::vector<std::string> payoffs;
    std::vector<std::string> intervals;
    for (size_t player = 0; player < means.players(); ++player) {
      payoffs.push_back(JsonNumber(means.payoff(index, player)));
      intervals.push_back(IntervalJson(PayoffInterval(report, index, player)));
    }
    rows.push_back(JsonObject()
                       .Add("strategies", StrategiesJson(report, means.ProfileAt(index)))
                       .Add("payoffs", JsonArray(payoffs))
                       .Add("intervals", JsonArray(intervals))
                       .Add("regret", JsonNumber(PureRegret(means, index)))
                       .json());
  }
  return JsonArray(rows);
}

std::string BestResponsesJson(const ArenaReport& report) {
  std::vector<std::string> rows;
  for (const BestResponse& best : report.analysis.best_responses) {
    rows.push_back(
        JsonObject()
            .Add("seat", JsonString(report.seats[best.player]))
            .Add("strategies", StrategiesJson(report, report.game.means().ProfileAt(best.profile)))
            .Add("next", JsonString(report.strategies[best.second]))
            .Add("advantage", JsonNumber(best.advantage.difference))
            .Add("advantage_interval", IntervalJson(best.advantage.t_interval))
            .json());
  }
  return JsonArray(rows);
}

std::string NamesJson(const std::vector<std::string>& names) {
  std::vector<std::string> values;
  for (const std::string& name : names) values.push_back(JsonString(name));
  return JsonArray(values);
}

}  // namespace

void PrintArena(const ArenaReport& report, std::ostream& out) {
  out << report.scenario << ": " << report.strategies.size()
      << (report.strategies.size() == 1 ? " strategy" : " strategies") << " of a " << report.role
      << " in " << Plural(static_cast<int64_t>(report.game.means().players()), "seat") << ", "
      << Plural(report.runs, "run") << "\n";
  out << "pay-off: " << report.payoff << ", " << report.moment << ", " << report.unit << "\n";
  const auto counted = static_cast<int64_t>(report.game.samples());
  if (counted < report.seeds_played) {
    out << "of " << Plural(report.seeds_played, "seed") << " " << counted
        << " count: under the others a run lacks the figure\n";
  }
  PrintPayoffs(report, out);
  PrintBestResponses(report, out);
  PrintEquilibria(report, out);
}

std::string ArenaJson(const ArenaReport& report) {
  std::vector<std::string> equilibria;
  for (size_t i = 0; i < report.analysis.equilibria.size(); ++i) {
    equilibria.push_back(
        ProfileJson(report, report.analysis.equilibria[i], report.analysis.regrets[i]));
  }
  JsonObject json;
  json.Add("scenario", JsonString(report.scenario))
      .Add("role", JsonString(report.role))
      .Add("seats", NamesJson(report.seats))
      .Add("strategies", NamesJson(report.strategies))
      .Add("payoff", JsonString(report.payoff))
      .Add("at", JsonString(report.moment))
      .Add("unit", JsonString(report.unit))
      .Add("runs", JsonNumber(report.runs))
      .Add("seeds", JsonNumber(static_cast<int64_t>(report.game.samples())))
      .Add("confidence", JsonNumber(report.confidence))
      .Add("symmetric", JsonBool(report.symmetric))
      .Add("profiles", PayoffsJson(report))
      .Add("best_responses", BestResponsesJson(report))
      .Add("method", JsonString(report.analysis.method))
      .Add("complete", JsonBool(report.analysis.complete))
      .Add("equilibria", JsonArray(equilibria));
  if (report.analysis.nearest.has_value()) {
    json.Add("nearest",
             ProfileJson(report, *report.analysis.nearest, report.analysis.nearest_regret));
  }
  return json.json();
}

}  // namespace tranche
