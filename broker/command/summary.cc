#include "broker/command/summary.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "broker/command/run_story.h"
#include "sim/money.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

// Overlap of ownership, in basis points, below which the summary doesn't speak of it.
constexpr int64_t kConflictWorthALine = 200;

std::string Money(int64_t cents) { return FormatDollars(Cents(cents)); }

std::string MoneyOfDollars(double dollars) {
  return FormatDollars(Cents(static_cast<int64_t>(std::llround(dollars * 100))));
}

std::string Percent(double fraction) { return absl::StrFormat("%.1f%%", fraction * 100); }

// Lines of equal columns: the first flush left, the others right.
class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.size() == 1; }

  void Print(std::ostream& out) const {
    std::vector<size_t> widths;
    for (const std::vector<std::string>& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
    }
    for (const std::vector<std::string>& row : rows_) {
      std::string line = "  ";
      for (size_t i = 0; i < row.size(); ++i) {
        const std::string padding(widths[i] - Width(row[i]), ' ');
        absl::StrAppend(&line, i == 0 ? "" : "  ", i == 0 ? row[i] : padding,
                        i == 0 ? padding : row[i]);
      }
      while (!line.empty() && line.back() == ' ') line.pop_back();
      out << line << "\n";
    }
  }

 private:
  // Columns of a terminal: UTF-8 continuation bytes take none.
  static size_t Width(const std::string& text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
      return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    }));
  }

  std::vector<std::vector<std::string>> rows_;
};

class SummaryPrinter {
 public:
  SummaryPrinter(const RunStory& story, const std::string& log_path, std::ostream& out)
      : story_(story), log_path_(log_path), out_(out) {}

  void Print() {
    PrintTitle();
    PrintPasses();
    if (story_.closed_quarters > 0) {
      PrintFunding();
      PrintRulings();
      PrintLabs();
      PrintClouds();
      PrintMarket();
      PrintAlliances();
      PrintInsolvencies();
    }
    PrintNext();
  }

 private:
  using Path = RunStory::MetricPath;

  const Path* Find(const std::string& name, const std::string& subject) const {
    const auto found = story_.metrics.find({name, subject});
    return found == story_.metrics.end() ? nullptr : &found->second;
  }

  // "first → last", each as `text` says it; "-" where there is none.
  template <typename Text>
  std::string Change(const std::string& name, const std::string& subject, const Text& text) const {
    const Path* path = Find(name, subject);
    return path == nullptr ? "-" : absl::StrCat(text(path->first), " → ", text(path->last));
  }

  std::vector<std::string> Agents(v1::Role role) const {
    std::vector<std::string> names;
    for (const v1::Seat& seat : story_.seats) {
      if (seat.role() == role) names.push_back(seat.agent());
    }
    return names;
  }

  void PrintTitle() {
    out_ << (story_.title.empty() ? story_.scenario : story_.title) << "\n"
         << absl::StrFormat(
                "%s, seed %d: %d of %d quarters, %s to %s; %d messages, %d refused by "
                "the market\n",
                story_.scenario, story_.seed, story_.closed_quarters, story_.end - story_.first,
                story_.first.ToString(),
                (story_.first + std::max(0, story_.closed_quarters - 1)).ToString(),
                story_.messages, story_.rejected);
  }

  // Before all figures, which are those of a market in which somebody couldn't play.
  void PrintPasses() {
    if (story_.passes.empty()) return;
    out_ << "\nTurns that couldn't be played\n";
    const auto turns = [](int64_t count) {
      return absl::StrCat(count, count == 1 ? " turn" : " turns");
    };
    for (const auto& [agent, pass] : story_.passes) {
      if (pass.failed > 0) {
        out_ << absl::StrFormat("  %s failed in %s; first in %s\n", agent, turns(pass.failed),
                                pass.first_failure);
      }
      if (pass.turns > pass.failed) {
        out_ << absl::StrFormat("  %s was late in %s\n", agent, turns(pass.turns - pass.failed));
      }
    }
    out_ << "  all of them: tranche log " << log_path_ << " --table operations\n";
  }

  static std::string TermsOf(const v1::FundingTerms& terms) {
    std::vector<std::string> parts;
    if (terms.instrument() == v1::INSTRUMENT_CONVERTIBLE_NOTE) parts.push_back("note");
    if (terms.tranches_size() > 1)
      parts.push_back(absl::StrCat(terms.tranches_size(), " tranches"));
    if (terms.board_right() == v1::BOARD_RIGHT_SEAT) parts.push_back("board seat");
    if (terms.board_right() == v1::BOARD_RIGHT_OBSERVER) parts.push_back("observer");
    if (terms.has_cloud_commitment()) {
      parts.push_back(absl::StrCat(Money(terms.cloud_commitment().amount_cents()), " at ",
                                   terms.cloud_commitment().cloud(),
                                   terms.cloud_commitment().exclusive() ? ", exclusive" : ""));
    }
    if (terms.early_access()) parts.push_back("early access");
    if (terms.embed_licence_bp() > 0) parts.push_back("embedding licence");
    if (terms.cloud_credits_bp() > 0) {
      parts.push_back(absl::StrCat(terms.cloud_credits_bp() / 100, "% in credits"));
    }
    if (terms.firewall()) parts.push_back("firewall");
    return absl::StrJoin(parts, ", ");
  }

  static std::string OutcomeOf(const DealStory& deal) {
    const std::string drawn =
        deal.drawn_cents == 0
            ? ""
            : absl::StrFormat("closed %s, %s paid, holds %s", deal.first_closing.ToString(),
                              Money(deal.drawn_cents), Percent(deal.holding_ppm / 1e6));
    switch (deal.outcome) {
      case v1::DealEnded::OUTCOME_UNSPECIFIED:
        return drawn.empty() ? "pending" : absl::StrCat(drawn, ", more to come");
      case v1::DealEnded::OUTCOME_COMPLETED:
        return drawn;
      case v1::DealEnded::OUTCOME_LAPSED:
        return drawn.empty() ? absl::StrCat("lapsed ", deal.ended.ToString()) : drawn;
      case v1::DealEnded::OUTCOME_PROHIBITED:
        return absl::StrCat("prohibited ", deal.ended.ToString());
      case v1::DealEnded::OUTCOME_WITHDRAWN:
        return absl::StrCat("withdrawn ", deal.ended.ToString());
      case v1::DealEnded::OUTCOME_FAILED_TO_FUND:
        return absl::StrCat("not funded ", deal.ended.ToString());
      case v1::DealEnded::OUTCOME_TARGET_INSOLVENT:
        return absl::StrCat("target insolvent ", deal.ended.ToString());
      case v1::DealEnded::OUTCOME_VOTED_DOWN:
        return absl::StrCat("voted down ", deal.ended.ToString());
      default:
        return "";
    }
  }

  void PrintDeal(const DealStory& deal) {
    if (deal.terms.has_funding()) {
      const v1::FundingTerms& terms = deal.terms.funding();
      const std::string extra = TermsOf(terms);
      out_ << absl::StrFormat("    %-16s %8s at %s pre-money%s%s\n", deal.terms.investor(),
                              Money(terms.amount_cents()), Money(terms.pre_money_cents()),
                              extra.empty() ? "" : ": ", extra);
    } else if (deal.terms.has_merger()) {
      out_ << absl::StrFormat("    %-16s buys %s for %s\n", deal.terms.investor(), deal.terms.lab(),
                              Money(deal.terms.merger().price_cents()));
    } else {
      out_ << absl::StrFormat("    %-16s buys %d shares of %s from a holder\n",
                              deal.terms.investor(), deal.terms.secondary().shares(),
                              deal.terms.lab());
    }
    out_ << absl::StrFormat("    %-16s   signed %s, %s\n", "", deal.signed_quarter.ToString(),
                            OutcomeOf(deal));
  }

  void PrintFunding() {
    out_ << "\nWho funded whom\n";
    if (story_.rounds.empty() && story_.other_deals.empty()) out_ << "  Nobody asked for money.\n";
    for (const RoundStory& round : story_.rounds) {
      const absl::string_view what =
          round.ask.kind() == v1::FundingAsk::KIND_BRIDGE       ? " as a bridge"
          : round.ask.kind() == v1::FundingAsk::KIND_DOWN_ROUND ? " in a down round"
          : round.ask.kind() == v1::FundingAsk::KIND_SALE       ? " for the whole company"
                                                                : "";
      out_ << absl::StrFormat(
          "  %s  %s seeks %s%s at %s pre-money (%s: %d term sheets, %d counter-offers, %d "
          "refusals, %d withdrawals)\n",
          round.opened.ToString(), round.lab, Money(round.ask.amount_sought_cents()), what,
          Money(round.ask.pre_money_cents()), round.thread, round.term_sheets, round.counter_offers,
          round.refusals, round.withdrawals);
      for (const DealStory& deal : round.deals) PrintDeal(deal);
      if (round.deals.empty()) out_ << "    nobody signed\n";
    }
    if (!story_.other_deals.empty()) out_ << "  Outside rounds\n";
    for (const DealStory& deal : story_.other_deals) PrintDeal(deal);
  }

  static std::string RemedyText(const v1::Remedy& remedy) {
    std::string name = v1::Remedy::Kind_Name(remedy.kind()).substr(5);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (remedy.limit_bp() > 0) absl::StrAppend(&name, " ", Percent(remedy.limit_bp() / 1e4));
    if (!remedy.subject().empty()) absl::StrAppend(&name, " (", remedy.subject(), ")");
    return name;
  }

  void PrintRulings() {
    out_ << "\nRulings\n";
    for (const RulingStory& ruling : story_.rulings) {
      std::string what = "cleared";
      if (ruling.decision.outcome() == v1::Decision::OUTCOME_PROHIBIT) what = "prohibited";
      if (ruling.decision.outcome() == v1::Decision::OUTCOME_CLEAR_WITH_CONDITIONS) {
        std::vector<std::string> remedies;
        for (const v1::Remedy& remedy : ruling.decision.conditions()) {
          remedies.push_back(RemedyText(remedy));
        }
        what = absl::StrCat("cleared on conditions: ", absl::StrJoin(remedies, ", "));
      }
      out_ << absl::StrFormat("  %s  %-20s %s: %s\n", ruling.quarter.ToString(), ruling.regulator,
                              ruling.decision.deal(), what);
    }
    out_ << absl::StrFormat("  %d rulings, %d second requests, %d waiting periods ran out\n",
                            story_.rulings.size(), story_.second_requests,
                            story_.expired_waiting_periods);
  }

  void PrintLabs() {
    out_ << "\nLabs (first quarter → last)\n";
    Table table({"", "share of revenue", "revenue a quarter", "valuation", "cash",
                 "runway, quarters", "capability", "researchers"});
    for (const std::string& lab : Agents(v1::ROLE_LAB)) {
      const Path* active = Find("active", lab);
      table.Add({active != nullptr && active->last == 0 ? absl::StrCat(lab, " (gone)") : lab,
                 Change("market-share", lab, Percent), Change("revenue", lab, MoneyOfDollars),
                 Change("valuation", lab, MoneyOfDollars), Change("cash", lab, MoneyOfDollars),
                 Change("runway", lab, [](double x) { return absl::StrFormat("%.1f", x); }),
                 Change("capability", lab, [](double x) { return absl::StrFormat("%.2f", x); }),
                 Change("researchers", lab, [](double x) { return absl::StrFormat("%.0f", x); })});
    }
    table.Print(out_);
  }

  void PrintClouds() {
    out_ << "\nClouds\n";
    Table table({"", "capacity, k H100e", "utilisation", "on demand, $/GPU-hour",
                 "capital expenditure", "power, GW"});
    for (const std::string& cloud : Agents(v1::ROLE_CLOUD)) {
      table.Add(
          {cloud,
           Change("capacity", cloud, [](double x) { return absl::StrFormat("%.0f", x / 1e3); }),
           Change("utilisation", cloud, Percent),
           Change("on-demand-price", cloud, [](double x) { return absl::StrFormat("%.2f", x); }),
           Change("capital-expenditure", cloud, MoneyOfDollars),
           Change("power", cloud, [](double x) { return absl::StrFormat("%.2f", x / 1e3); })});
    }
    table.Print(out_);
  }

  void PrintMarket() {
    out_ << "\nMarket\n";
    Table segments({"", "spend a quarter", "$/million tokens", "adoption", "HHI", "lock-in"});
    for (const char* segment : {"developers", "enterprises", "small-businesses", "consumers"}) {
      segments.Add({segment, Change("spend", segment, MoneyOfDollars),
                    Change("price", segment, [](double x) { return absl::StrFormat("%.2f", x); }),
                    Change("adoption", segment, Percent),
                    Change("hhi", segment, [](double x) { return absl::StrFormat("%.0f", x); }),
                    Change("lock-in", segment, Percent)});
    }
    segments.Print(out_);
    const auto whole = [](double x) { return absl::StrFormat("%.0f", x); };
    out_ << "  concentration of models: HHI " << Change("hhi", "models", whole)
         << ", with overlapping ownership " << Change("mhhi", "models", whole)
         << "; of compute: HHI " << Change("hhi", "compute", whole) << "\n";
  }

  void PrintAlliances() {
    out_ << "\nAlliances at the end (stake, rights, what is bought a quarter)\n";
    // One line for each pair of groups, all contracts of a kind together.
    std::map<std::pair<std::string, std::string>, std::map<v1::Relation::Kind, v1::Relation>> pairs;
    std::map<std::string, std::vector<std::string>> conflicts;
    for (const v1::Relation& relation : story_.relations) {
      if (relation.kind() == v1::Relation::KIND_CONFLICT) {
        if (relation.size() < kConflictWorthALine) continue;
        conflicts[relation.from_group()].push_back(
            absl::StrCat(relation.to_group(), " and ",
                         Percent(static_cast<double>(relation.size()) / 1e4), " of its rivals"));
        continue;
      }
      auto& ties = pairs[{relation.from_group(), relation.to_group()}];
      const auto [tie, added] = ties.try_emplace(relation.kind(), relation);
      if (!added && relation.kind() == v1::Relation::KIND_SUPPLY) {
        tie->second.set_size(tie->second.size() + relation.size());
      }
    }
    if (pairs.empty()) out_ << "  none\n";
    for (const auto& [pair, ties] : pairs) {
      std::vector<std::string> texts;
      for (const auto& [kind, tie] : ties) texts.push_back(TieText(tie));
      out_ << "  " << pair.first << " – " << pair.second << ": " << absl::StrJoin(texts, ", ")
           << "\n";
    }
    for (const auto& [holder, stakes] : conflicts) {
      out_ << "  dual allegiance: " << holder << " is in " << absl::StrJoin(stakes, "; in ")
           << "\n";
    }
  }

  static std::string TieText(const v1::Relation& tie) {
    switch (tie.kind()) {
      case v1::Relation::KIND_EQUITY:
        return Percent(static_cast<double>(tie.size()) / 1e6);
      case v1::Relation::KIND_BOARD:
        return tie.size() > 1 ? "board seat" : "observer";
      case v1::Relation::KIND_SUPPLY:
        return absl::StrCat("compute ", Money(tie.size()), " a quarter");
      case v1::Relation::KIND_EXCLUSIVITY:
        return "exclusive";
      case v1::Relation::KIND_LICENCE:
        return "licence";
      case v1::Relation::KIND_MARKETPLACE:
        return "marketplace";
      case v1::Relation::KIND_NOTE:
        return absl::StrCat("note ", Money(tie.size()));
      default:
        return "";
    }
  }

  void PrintInsolvencies() {
    if (story_.insolvencies.empty()) return;
    out_ << "\nInsolvencies\n";
    for (const auto& [quarter, notice] : story_.insolvencies) {
      out_ << absl::StrFormat("  %s  %s: %s unpaid, %s recovered\n", quarter.ToString(),
                              notice.agent(), Money(notice.unpaid_cents()),
                              Money(notice.recovered_cents()));
    }
  }

  void PrintNext() {
    out_ << "\nDigest  " << absl::BytesToHexString(story_.digest) << "\nLog     " << log_path_
         << "\n\nNext\n";
    if (!story_.rounds.empty()) {
      out_ << "  tranche log thread " << log_path_ << ' ' << story_.rounds[0].thread
           << "    read how the first round was negotiated\n";
    }
    out_ << "  tranche log " << log_path_ << " --kind decision    read the rulings\n"
         << "  tranche inspect " << log_path_ << " --open    see it in the browser\n"
         << "  tranche replay " << log_path_ << "    derive the same run again from its log\n";
  }

  const RunStory& story_;
  const std::string& log_path_;
  std::ostream& out_;
};

}  // namespace

void PrintSummary(const RunLog& log, std::ostream& out) {
  const absl::StatusOr<RunStory> story = ReadRunStory(log);
  if (!story.ok()) {
    out << story.status().message() << "\n";
    return;
  }
  SummaryPrinter(*story, log.path(), out).Print();
}

}  // namespace tranche
