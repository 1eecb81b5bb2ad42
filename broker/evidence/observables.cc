#include "broker/evidence/observables.h"

#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tranche {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kBillion = 1e9;
constexpr int kQuartersOfYear = 4;
constexpr double kHoursOfQuarter = 2190;

constexpr absl::string_view kNegotiated =
    "agents negotiate their own contracts and rounds; who signs with whom isn't scored";
constexpr absl::string_view kAfterTheOpening = "the company was founded after the run opens";
constexpr absl::string_view kOpensWithIt = "the scenario opens with it";
constexpr absl::string_view kIsInput = "a trend over years, which the scenario takes as an input";
constexpr absl::string_view kRunRateToday =
    "as disclosed: the rate at the year's end, not the year's revenue";
// Estimates from what was public at the end of 2022. Amazon: some 40% of the $59B of 2022 went into
// technology infrastructure. The others: buildings, general servers and networks as in 2022.
constexpr absl::string_view kOutsideNote =
    "with a constant for what the group spends outside the model, an estimate of 2022";

constexpr Observable kObservables[] = {
    {"OpenAI", "post_money", Measure::kNone, "", "OpenAI valuation", kOpensWithIt, "2023-01-23"},
    {"OpenAI", "post_money", Measure::kValuation, "openai", "OpenAI valuation"},
    {"OpenAI", "valuation", Measure::kValuation, "openai", "OpenAI valuation"},
    {"OpenAI", "valuation_sought", Measure::kNone, "", "", "what was sought, not what was agreed"},
    {"OpenAI", "revenue_year", Measure::kRunRate, "openai", "OpenAI revenue", kRunRateToday,
     "2023-12-31"},
    {"OpenAI", "revenue_year", Measure::kRevenueOfYear, "openai", "OpenAI revenue"},
    {"OpenAI", "run_rate", Measure::kRunRate, "openai", "OpenAI revenue"},
    {"OpenAI", "cash_burn_year", Measure::kBurnOfYear, "openai", "OpenAI burn"},
    {"OpenAI", "compute", Measure::kComputePower, "openai", "OpenAI compute"},
    {"OpenAI", "owner_microsoft", Measure::kNone, "", "",
     "the conversion of profit shares into equity in 2025 isn't modelled"},
    {"OpenAI", "owner_foundation", Measure::kNone, "", "",
     "the conversion of profit shares into equity in 2025 isn't modelled"},
    {"OpenAI", "owner_softbank", Measure::kNone, "", "", kNegotiated},
    {"OpenAI", "contract_azure", Measure::kNone, "", "", kNegotiated},
    {"OpenAI", "contract_oracle", Measure::kNone, "", "", kNegotiated},
    {"OpenAI", "contract_aws", Measure::kNone, "", "", kNegotiated},
    {"OpenAI", "contract_coreweave", Measure::kNone, "", "", kNegotiated},
    {"OpenAI", "nvidia_letter_of_intent", Measure::kNone, "", "", kNegotiated},
    {"OpenAI", "amd_agreement", Measure::kNone, "", "", kNegotiated},
    {"OpenAI", "broadcom_agreement", Measure::kNone, "", "", kNegotiated},

    {"Anthropic", "post_money", Measure::kValuation, "anthropic", "Anthropic valuation"},
    {"Anthropic", "valuation", Measure::kValuation, "anthropic", "Anthropic valuation"},
    {"Anthropic", "run_rate", Measure::kRunRate, "anthropic", "Anthropic revenue"},
    {"Anthropic", "investment_amazon", Measure::kNone, "", "", kNegotiated},
    {"Anthropic", "investment_amazon_total", Measure::kNone, "", "", kNegotiated},
    {"Anthropic", "investment_google", Measure::kNone, "", "", kNegotiated},
    {"Anthropic", "contract_azure", Measure::kNone, "", "", kNegotiated},
    {"Anthropic", "contract_google", Measure::kNone, "", "", kNegotiated},
    {"Anthropic", "campus_aws_indiana", Measure::kNone, "", "", kNegotiated},

    {"xAI", "post_money", Measure::kNone, "", "", kAfterTheOpening},

    {"AWS", "revenue_year", Measure::kRevenueOfYear, "aws", "AWS revenue"},
    {"AWS", "revenue_quarter", Measure::kRevenueOfQuarter, "aws", "AWS revenue"},
    {"Google Cloud", "revenue_year", Measure::kRevenueOfYear, "google-cloud",
     "Google Cloud revenue"},
    {"Google Cloud", "revenue_quarter", Measure::kRevenueOfQuarter, "google-cloud",
     "Google Cloud revenue"},
    {"Azure", "revenue_year", Measure::kRevenueOfYear, "azure", "Azure revenue"},
    {"Azure", "growth_year", Measure::kRevenueGrowth, "azure", "Azure growth"},

    {"Amazon", "capex_year", Measure::kCapexOfYear, "aws", "Amazon capex", kOutsideNote, "", 35},
    {"Microsoft", "capex_year", Measure::kCapexOfYear, "azure", "Microsoft capex", kOutsideNote, "",
     15},
    {"Microsoft", "capex_quarter", Measure::kCapexOfQuarter, "azure", "Microsoft capex",
     kOutsideNote, "", 15},
    {"Alphabet", "capex_year", Measure::kCapexOfYear, "google-cloud", "Alphabet capex",
     kOutsideNote, "", 18},
    {"Oracle", "capex_year", Measure::kCapexOfYear, "oracle", "Oracle capex", kOutsideNote, "", 3},
    {"CoreWeave", "capex_year", Measure::kCapexOfYear, "coreweave", "CoreWeave capex"},

    {"NVIDIA", "data_center_revenue_year", Measure::kNone, "", "",
     "most of its customers are outside the market"},
    {"NVIDIA", "data_center_revenue_quarter", Measure::kNone, "", "",
     "most of its customers are outside the market"},

    {"enterprise LLM API", "share_openai", Measure::kApiShare, "openai", "OpenAI API share"},
    {"enterprise LLM API", "share_anthropic", Measure::kApiShare, "anthropic",
     "Anthropic API share"},
    {"enterprise LLM API", "share_google", Measure::kApiShare, "google-deepmind",
     "Google API share"},
    {"enterprise LLM API", "spend_year", Measure::kApiSpend, "", "API spend"},
    {"large enterprises", "models_in_use_three_or_more", Measure::kNone, "", "",
     "the number of models a customer uses isn't simulated, only the part that goes elsewhere"},

    {"OpenAI GPT-*", "price_input_output", Measure::kListPrice, "openai", "OpenAI list price",
     "three input tokens to one of output"},
    {"Anthropic Claude *", "price_input_output", Measure::kListPrice, "anthropic",
     "Anthropic list price", "three input tokens to one of output"},
    {"Google Gemini *", "price_input_output", Measure::kListPrice, "google-deepmind",
     "Google list price", "three input tokens to one of output"},
    {"H100 rental", "price", Measure::kHourlyPrice, "", "GPU-hour price"},

    {"training compute", "growth_year", Measure::kNone, "", "", kIsInput},
    {"training cost", "growth_year", Measure::kNone, "", "", kIsInput},
    {"algorithmic efficiency", "growth_year", Measure::kNone, "", "", kIsInput},
    {"accelerator price performance", "growth_year", Measure::kNone, "", "", kIsInput},
    {"price at fixed capability", "decline_year", Measure::kNone, "", "",
     "needs prices of models that are no longer the lab's best, which aren't simulated"},
};

bool Fits(const Observable& observable, const Fact& fact) {
  absl::string_view entity = observable.entity;
  const bool same = absl::ConsumeSuffix(&entity, "*") ? absl::StartsWith(fact.entity, entity)
                                                      : fact.entity == entity;
  return same && observable.quantity == fact.quantity &&
         (observable.as_of.empty() || observable.as_of == absl::FormatCivilTime(fact.as_of));
}

bool IsOfYear(Measure measure) {
  return measure == Measure::kRevenueOfYear || measure == Measure::kCapexOfYear ||
         measure == Measure::kBurnOfYear;
}

bool IsOfQuarter(Measure measure) {
  return measure == Measure::kRevenueOfQuarter || measure == Measure::kCapexOfQuarter;
}

// Computes one run's figure around a quarter.
class Reading {
 public:
  Reading(const Observable& observable, Quarter quarter, MetricOfRun metric)
      : observable_(observable), quarter_(quarter), metric_(metric) {}

  double Now(absl::string_view name) const { return Of(name, observable_.subject, quarter_); }
  double Of(absl::string_view name, absl::string_view subject, Quarter quarter) const {
    return metric_(name, subject, quarter);
  }
  double LastYear(absl::string_view name) const {
    return Of(name, observable_.subject, quarter_ - kQuartersOfYear);
  }
  double SumOfYear(absl::string_view name) const {
    double sum = 0;
    for (int back = 0; back < kQuartersOfYear; ++back) {
      sum += Of(name, observable_.subject, quarter_ - back);
    }
    return sum;
  }
  // Of developers and enterprises; `share` gives a part of each segment's spend.
  template <typename Share>
  double ApiSpend(Share share) const {
    double sum = 0;
    for (const absl::string_view segment : {"developers", "enterprises"}) {
      sum += Of("spend", segment, quarter_) * share(segment);
    }
    return sum;
  }
  double ApiShare() const {
    const double of_lab = ApiSpend(
        [this](absl::string_view segment) { return Now(absl::StrCat("share-", segment)); });
    return of_lab / ApiSpend([](absl::string_view) { return 1.0; });
  }
  double UsedH100e() const {
    return (Now("serving-compute") + Now("training-compute")) / kHoursOfQuarter;
  }
  double MegawattsPerH100e() const {
    double power = 0;
    for (const absl::string_view cloud : {"aws", "azure", "google-cloud", "oracle", "coreweave"}) {
      power += Of("power", cloud, quarter_);
    }
    return power / Of("capacity", "", quarter_);
  }

 private:
  const Observable& observable_;
  const Quarter quarter_;
  const MetricOfRun metric_;
};

}  // namespace

absl::Span<const Observable> Observables() { return kObservables; }

const Observable* FindObservable(const Fact& fact) {
  for (const Observable& observable : kObservables) {
    if (Fits(observable, fact)) return &observable;
  }
  return nullptr;
}

int QuartersNeeded(Measure measure) {
  if (measure == Measure::kRevenueGrowth) return kQuartersOfYear + 1;
  return IsOfYear(measure) ? kQuartersOfYear : 1;
}

double Simulated(const Observable& observable, const Fact& fact, double pue, MetricOfRun metric) {
  const Reading run(observable, Quarter::Containing(fact.as_of), metric);
  switch (observable.measure) {
    case Measure::kNone:
      return kNone;
    case Measure::kValuation:
      return run.Now("valuation") / kBillion;
    case Measure::kRunRate:
      return kQuartersOfYear * run.Now("revenue") / kBillion;
    case Measure::kRevenueOfYear:
      return run.SumOfYear("revenue") / kBillion;
    case Measure::kRevenueOfQuarter:
      return run.Now("revenue") / kBillion;
    case Measure::kRevenueGrowth:
      return 100 * (run.Now("revenue") / run.LastYear("revenue") - 1);
    case Measure::kBurnOfYear:
      return -run.SumOfYear("operating-cash-flow") / kBillion;
    case Measure::kCapexOfYear:
      return run.SumOfYear("capital-expenditure") / kBillion + observable.outside_usd_bn;
    case Measure::kCapexOfQuarter:
      return run.Now("capital-expenditure") / kBillion +
             observable.outside_usd_bn / kQuartersOfYear;
    case Measure::kComputePower:
      return run.UsedH100e() * run.MegawattsPerH100e() * pue / 1000;
    case Measure::kApiShare:
      return 100 * run.ApiShare();
    case Measure::kApiSpend:
      return kQuartersOfYear * run.ApiSpend([](absl::string_view) { return 1.0; }) / kBillion;
    case Measure::kListPrice:
      return run.Now("price-developers");
    case Measure::kHourlyPrice:
      return run.Of("on-demand-price", "", Quarter::Containing(fact.as_of));
  }
  return kNone;
}

Level LevelOf(const Observable& observable, const Fact& fact) {
  constexpr int kHalfAYear = 183;
  constexpr int kHalfAQuarter = 46;
  if (IsOfYear(observable.measure)) return {fact.as_of - kHalfAYear, fact.Number()};
  if (IsOfQuarter(observable.measure)) {
    return {fact.as_of - kHalfAQuarter, kQuartersOfYear * fact.Number()};
  }
  return {fact.as_of, fact.Number()};
}

double FromLevel(const Observable& observable, double level) {
  return IsOfQuarter(observable.measure) ? level / kQuartersOfYear : level;
}

}  // namespace tranche
