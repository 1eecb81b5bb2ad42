#include "broker/ensemble/metric_names.h"

namespace tranche {
namespace {

constexpr MetricName kNames[] = {
    {.name = "active", .lab = true, .cloud = true},
    {.name = "revenue", .lab = true, .cloud = true},
    {.name = "market-share", .lab = true},
    {.name = "share-developers", .lab = true},
    {.name = "share-enterprises", .lab = true},
    {.name = "share-small-businesses", .lab = true},
    {.name = "share-consumers", .lab = true},
    {.name = "price-developers", .lab = true},
    {.name = "price-enterprises", .lab = true},
    {.name = "price-small-businesses", .lab = true},
    {.name = "price-consumers", .lab = true},
    {.name = "net-income", .lab = true, .cloud = true},
    {.name = "operating-cash-flow", .lab = true},
    {.name = "cash", .lab = true, .cloud = true},
    {.name = "runway", .lab = true},
    {.name = "valuation", .lab = true},
    {.name = "capability", .lab = true},
    {.name = "algorithmic-efficiency", .lab = true},
    {.name = "researchers", .lab = true},
    {.name = "researcher-pay", .lab = true},
    {.name = "price", .lab = true},
    {.name = "compute-cost", .lab = true},
    {.name = "tokens", .lab = true},
    {.name = "service-level", .lab = true},
    {.name = "serving-compute", .lab = true},
    {.name = "training-compute", .lab = true},
    {.name = "regulatory-cost", .lab = true},
    {.name = "capital-expenditure", .cloud = true},
    {.name = "capacity", .cloud = true},
    {.name = "utilisation", .cloud = true},
    {.name = "on-demand-price", .cloud = true},
    {.name = "power", .cloud = true},
    {.name = "own-silicon", .cloud = true},
    {.name = "stake"},
    {.name = "holdings-at-cost", .investor = true},
    {.name = "holdings-at-mark", .investor = true},
    {.name = "adoption"},
    {.name = "spend"},
    {.name = "consumer-surplus"},
    {.name = "lock-in"},
    {.name = "fragmentation"},
    {.name = "hhi"},
    {.name = "mhhi"},
    {.name = "effective-suppliers"},
    {.name = "frontier-capability"},
    {.name = "researchers-available"},
    {.name = "spare-power"},
    {.name = "power-price"},
    {.name = "circular-financing"},
    {.name = "awaiting-shareholders"},
    {.name = "interlocks"},
    {.name = "dual-allegiance"},
    // Of deals.
    {.name = "funding-signed"},
    {.name = "funding-closed"},
    {.name = "funding-drawn"},
    {.name = "funding-quarters-to-close"},
    {.name = "merger-signed"},
    {.name = "merger-closed"},
    {.name = "merger-drawn"},
    {.name = "merger-quarters-to-close"},
    {.name = "secondary-signed"},
    {.name = "secondary-closed"},
    {.name = "secondary-drawn"},
    {.name = "secondary-quarters-to-close"},
    {.name = "failures"},

    // Of ensembles alone.
    {.name = "failed-turns"},
};

}  // namespace

absl::Span<const MetricName> MetricNames() { return kNames; }

const MetricName* FindMetricName(absl::string_view name) {
  for (const MetricName& known : kNames) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

}  // namespace tranche
