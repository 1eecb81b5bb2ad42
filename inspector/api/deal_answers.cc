// /api/deals, /api/deal and /api/contracts.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "broker/log/json.h"
#include "broker/log/record_kind.h"
#include "broker/log/sqlite.h"
#include "inspector/answers/conversation.h"
#include "inspector/answers/why.h"
#include "inspector/api/answers.h"
#include "inspector/api/record_json.h"
#include "inspector/api/row_json.h"

namespace tranche {
namespace {

// Who a deal is between, and where it was negotiated.
struct DealFacts {
  std::string json;  // its row
  std::string deal;
  std::string lab;
  std::string investor;
  std::string thread;
  std::string signed_quarter;
};

absl::StatusOr<DealFacts> FindDeal(const SqliteDatabase& database, const std::string& id) {
  DealFacts facts;
  absl::Status read = database.Query(
      "SELECT *, lab AS lab_, investor AS investor_, signed_quarter AS quarter_ FROM deals "
      "WHERE deal = ?1",
      [&facts](const SqliteStatement& row) {
        JsonObject object;
        const int columns = row.columns() - 3;
        for (int column = 0; column < columns; ++column) {
          object.Add(row.name(column), CellJson(row, column));
        }
        facts.json = object.json();
        facts.lab = std::string(row.text(columns));
        facts.investor = std::string(row.text(columns + 1));
        facts.signed_quarter = std::string(row.text(columns + 2));
        return false;
      },
      id);
  if (!read.ok()) return read;
  if (facts.json.empty()) {
    return absl::NotFoundError(absl::StrCat("there is no deal \"", id, "\""));
  }
  facts.deal = id;
  // A round's deals are called `<its thread>/<investor>`; a purchase or sale by its other side.
  facts.thread = id.substr(0, id.rfind('/'));
  return facts;
}

bool IsBetween(const v1::Message& message, const DealFacts& deal) {
  const auto is_party = [&deal](const std::string& name) {
    return name == deal.lab || name == deal.investor;
  };
  if (message.has_deal_signed()) return message.deal_signed().deal() == deal.deal;
  return is_party(message.sender()) && absl::c_any_of(message.recipients(), is_party);
}

// The proposals between a deal's parties, and what they signed.
absl::StatusOr<std::string> VersionsJson(const SqliteDatabase& database, const DealFacts& deal) {
  absl::StatusOr<Talk> talk = ReadTalk(database, deal.thread);
  if (!talk.ok()) return talk.status();
  std::vector<std::string> versions;
  for (const TalkMessage& message : talk->messages) {
    const v1::Message& said = message.record.message();
    if (TermsOf(said) == nullptr || said.has_funding_ask() || said.has_contract_signed()) continue;
    if (!IsBetween(said, deal)) continue;
    versions.push_back(TalkMessageObject(message).json());
  }
  return JsonArray(versions);
}

// What was said in one regulator's review: by it, to it, or by the market of its jurisdiction.
absl::StatusOr<std::string> ReviewStepsJson(const Talk& talk, const std::string& jurisdiction,
                                            const std::string& regulator) {
  std::vector<std::string> steps;
  for (const TalkMessage& message : talk.messages) {
    const v1::Message& said = message.record.message();
    std::string named;
    if (said.has_filing_required()) named = EnumWord(said.filing_required().jurisdiction());
    if (said.has_merger_notification()) {
      named = EnumWord(said.merger_notification().jurisdiction());
    }
    if (said.has_waiting_period_expired()) {
      named = EnumWord(said.waiting_period_expired().jurisdiction());
    }
    if (said.has_court_ruling()) named = EnumWord(said.court_ruling().jurisdiction());
    const bool part_of_it =
        named.empty()
            ? said.sender() == regulator ||
                  (said.sender() != "market" && absl::c_linear_search(said.recipients(), regulator))
            : named == jurisdiction;
    if (!part_of_it) continue;
    steps.push_back(RecordObject(message.record).Add("lines", LinesJson(message.record)).json());
  }
  return JsonArray(steps);
}

absl::StatusOr<std::string> ReviewsJson(const SqliteDatabase& database, const DealFacts& deal) {
  absl::StatusOr<Talk> talk = ReadTalk(database, deal.deal);
  if (!talk.ok()) return talk.status();
  std::vector<std::string> reviews;
  absl::Status failed;
  absl::Status read = database.Query(
      "SELECT * FROM reviews WHERE deal = ?1 ORDER BY required_quarter, jurisdiction",
      [&](const SqliteStatement& row) {
        // By the schema's order: deal, jurisdiction, regulator.
        absl::StatusOr<std::string> steps =
            ReviewStepsJson(*talk, std::string(row.text(1)), std::string(row.text(2)));
        if (!steps.ok()) {
          failed = steps.status();
          return false;
        }
        reviews.push_back(RowObject(row).Add("steps", *steps).json());
        return true;
      },
      deal.deal);
  if (!read.ok()) return read;
  if (!failed.ok()) return failed;
  return JsonArray(reviews);
}

absl::StatusOr<std::string> CapTableJson(const SqliteDatabase& database, const std::string& lab,
                                         const std::string& quarter) {
  absl::StatusOr<std::string> rows = RowsJson(
      database,
      "SELECT position, holder, share_class, shares, stake_ppm, value_cents FROM cap_table "
      "WHERE lab = ?1 AND quarter = ?2 ORDER BY stake_ppm DESC, position",
      lab, quarter);
  if (!rows.ok()) return rows.status();
  return JsonObject().Add("quarter", JsonStringOrNull(quarter)).Add("rows", *rows).json();
}

// The cap table at the close before the deal moved shares, and at the one at which it last did.
absl::StatusOr<std::string> CapTablesJson(const SqliteDatabase& database, const DealFacts& deal) {
  std::string first = deal.signed_quarter;
  std::string after;
  absl::Status read = database.Query(
      "SELECT min(quarter), max(quarter) FROM closings WHERE deal = ?1",
      [&](const SqliteStatement& row) {
        if (row.type(0) == SQLITE_NULL) return false;
        first = std::string(row.text(0));
        after = std::string(row.text(1));
        return false;
      },
      deal.deal);
  if (!read.ok()) return read;
  std::string before;
  std::string last;
  read = database.Query(
      "SELECT coalesce(max(quarter) FILTER (WHERE quarter < ?1), ''), coalesce(max(quarter), '') "
      "FROM quarters",
      [&](const SqliteStatement& row) {
        before = std::string(row.text(0));
        last = std::string(row.text(1));
        return false;
      },
      first);
  if (!read.ok()) return read;
  absl::StatusOr<std::string> then = CapTableJson(database, deal.lab, before);
  if (!then.ok()) return then.status();
  absl::StatusOr<std::string> now = CapTableJson(database, deal.lab, after.empty() ? last : after);
  if (!now.ok()) return now.status();
  return JsonObject()
      .Add("lab", JsonString(deal.lab))
      .Add("before", *then)
      .Add("after", *now)
      .json();
}

// A condition on a column for a filter that may not be given: ?N is the value, '' for none.
std::string Given(absl::string_view column, int parameter) {
  return absl::StrCat("(?", parameter, " = '' OR ", column, " = ?", parameter, ")");
}

}  // namespace

absl::StatusOr<std::string> DealsAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string state = parameters.Text("state");
  const std::string lab = parameters.Text("lab");
  const std::string investor = parameters.Text("investor");
  const std::string after = parameters.Text("after");
  const int64_t limit = parameters.Number("limit", 200, 1, 1000);
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  absl::StatusOr<PageJson> page = RowsPage(
      log.database, limit, 0,
      absl::StrCat("SELECT * FROM deals WHERE ", Given("state", 1), " AND ", Given("lab", 2),
                   " AND ", Given("investor", 3),
                   " AND position > coalesce((SELECT position FROM deals WHERE deal = ?4), 0) "
                   "ORDER BY position LIMIT ?5"),
      state, lab, investor, after, limit + 1);
  if (!page.ok()) return page.status();
  return JsonObject().Add("deals", page->rows).Add("next", page->next).json();
}

absl::StatusOr<std::string> ContractsAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string provider = parameters.Text("provider");
  const std::string customer = parameters.Text("customer");
  const std::string after = parameters.Text("after");
  const int64_t limit = parameters.Number("limit", 200, 1, 1000);
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  absl::StatusOr<PageJson> page = RowsPage(
      log.database, limit, 0,
      absl::StrCat(
          "SELECT * FROM contracts WHERE ", Given("provider", 1), " AND ", Given("customer", 2),
          " AND position > coalesce((SELECT position FROM contracts WHERE contract = ?3), 0) "
          "ORDER BY position LIMIT ?4"),
      provider, customer, after, limit + 1);
  if (!page.ok()) return page.status();
  return JsonObject().Add("contracts", page->rows).Add("next", page->next).json();
}

absl::StatusOr<std::string> DealAnswer(const LogAtHand& log, Parameters& parameters) {
  const std::string id = parameters.Required("id");
  if (absl::Status status = parameters.status(); !status.ok()) return status;
  const SqliteDatabase& database = log.database;
  absl::StatusOr<DealFacts> deal = FindDeal(database, id);
  if (!deal.ok()) return deal.status();
  absl::StatusOr<std::string> versions = VersionsJson(database, *deal);
  if (!versions.ok()) return versions.status();
  absl::StatusOr<std::string> reviews = ReviewsJson(database, *deal);
  if (!reviews.ok()) return reviews.status();
  absl::StatusOr<std::string> closings =
      RowsJson(database, "SELECT * FROM closings WHERE deal = ?1 ORDER BY position", id);
  if (!closings.ok()) return closings.status();
  absl::StatusOr<std::string> cap_table = CapTablesJson(database, *deal);
  if (!cap_table.ok()) return cap_table.status();
  absl::StatusOr<std::string> ledger =
      RowsJson(database, "SELECT * FROM ledger WHERE thread = ?1 ORDER BY position LIMIT 200", id);
  if (!ledger.ok()) return ledger.status();
  absl::StatusOr<Why> why = ExplainOutcome(database, id);
  if (!why.ok()) return why.status();
  return JsonObject()
      .Add("deal", deal->json)
      .Add("thread", JsonString(deal->thread))
      .Add("versions", *versions)
      .Add("reviews", *reviews)
      .Add("closings", *closings)
      .Add("cap_table", *cap_table)
      .Add("ledger", *ledger)
      .Add("why", WhyJson(*why))
      .json();
}

}  // namespace tranche
