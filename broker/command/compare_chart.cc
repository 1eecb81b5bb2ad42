#include "broker/command/compare_chart.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "broker/command/ensemble_summary.h"

namespace tranche {
namespace {

constexpr size_t kMostEffects = 24;

// Okabe and Ito's colours, which the colour-blind tell apart; the baseline is the text's own.
constexpr const char* kColours[] = {"#0072b2", "#d55e00", "#009e73",
                                    "#cc79a7", "#e69f00", "#56b4e9"};

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

const char* ColourOf(size_t line) {
  return line == 0 ? "currentColor" : kColours[(line - 1) % std::size(kColours)];
}

// From figures to places on the page.
struct Scale {
  double low = 0, high = 1;   // figures
  double begin = 0, end = 1;  // places

  double operator()(double value) const {
    return begin + (value - low) / (high - low) * (end - begin);
  }
};

// Round numbers that divide [low, high] into some five parts.
std::vector<double> Ticks(double low, double high) {
  const double rough = (high - low) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = power;
  for (const double factor : {2.0, 5.0, 10.0}) {
    if (power * factor <= rough * 1.5) step = power * factor;
  }
  std::vector<double> ticks;
  for (double tick = std::ceil(low / step) * step; tick <= high + step / 1e6; tick += step) {
    ticks.push_back(std::abs(tick) < step / 1e6 ? 0 : tick);
  }
  return ticks;
}

std::string Text(double x, double y, const char* css_class, absl::string_view text) {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, css_class,
                         Escaped(text));
}

std::string Line(double x1, double y1, double x2, double y2, const char* css_class) {
  return absl::StrFormat("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n",
                         x1, y1, x2, y2, css_class);
}

// An effect in standard deviations from seed to seed.
struct Effect {
  std::string title;
  std::string tip;
  double d = 0;
  Interval interval;
};

std::vector<Effect> EffectsOf(const ComparisonReport::Alternative& alternative) {
  std::vector<Effect> effects;
  for (const MetricComparison& comparison : alternative.comparisons) {
    const PairedDifference& paired = comparison.paired;
    // Without spread from seed to seed there is nothing to measure a difference by.
    if (paired.difference == 0 || std::isinf(paired.standardised)) continue;
    const double spread = paired.difference / paired.standardised;
    effects.push_back(
        {MetricTitle(comparison.metric),
         absl::StrCat(FigureText(paired.base_mean), " → ", FigureText(paired.other_mean), " ",
                      comparison.metric.unit, ", difference ", FigureText(paired.difference), " (",
                      FigureText(paired.t_interval.low), " to ", FigureText(paired.t_interval.high),
                      ")"),
         paired.standardised,
         {paired.t_interval.low / spread, paired.t_interval.high / spread}});
    if (effects.size() == kMostEffects) break;
  }
  return effects;
}

std::string ForestChart(const ComparisonReport::Alternative& alternative) {
  const std::vector<Effect> effects = EffectsOf(alternative);
  if (effects.empty()) return "<p>No difference at all.</p>\n";
  constexpr double kLeft = 300;
  constexpr double kWidth = 860;
  constexpr double kRow = 20;
  const double height = kRow * static_cast<double>(effects.size()) + 40;
  Scale x = {0, 0, kLeft, kWidth - 20};
  for (const Effect& effect : effects) {
    x.low = std::min(x.low, effect.interval.low);
    x.high = std::max(x.high, effect.interval.high);
  }
  const double margin = (x.high - x.low) * 0.04;
  x.low -= margin;
  x.high += margin;
  std::string svg = absl::StrFormat(
      "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Largest effects of %s\">\n", kWidth,
      height, Escaped(alternative.setting.name));
  for (const double tick : Ticks(x.low, x.high)) {
    svg += Line(x(tick), 0, x(tick), height - 32, tick == 0 ? "zero" : "grid");
    svg += Text(x(tick), height - 16, "tick", FigureText(tick));
  }
  for (size_t i = 0; i < effects.size(); ++i) {
    const Effect& effect = effects[i];
    const double y = kRow * static_cast<double>(i) + 14;
    const bool told = effect.interval.low > 0 || effect.interval.high < 0;
    absl::StrAppend(&svg, "<g class=\"", told ? "told" : "open", "\"><title>",
                    Escaped(effect.title), ": ", Escaped(effect.tip), "</title>\n");
    svg += Text(kLeft - 10, y + 4, "name", effect.title);
    svg += Line(x(effect.interval.low), y, x(effect.interval.high), y, "interval");
    svg += absl::StrFormat("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/></g>\n", x(effect.d), y);
  }
  svg += Text((kLeft + kWidth) / 2, height - 2, "tick",
              "difference in standard deviations from seed to seed");
  return svg + "</svg>\n";
}

void Widen(double value, Scale& scale) {
  if (std::isnan(value) || std::isinf(value)) return;
  scale.low = std::min(scale.low, value);
  scale.high = std::max(scale.high, value);
}

// The points of a line or, there and back, of a band.
std::string Points(const std::vector<std::pair<double, double>>& points) {
  std::string text;
  for (const auto& [x, y] : points) absl::StrAppendFormat(&text, "%.1f,%.1f ", x, y);
  return text;
}

std::string PathLine(const MetricPath::Line& line, size_t number, const Scale& x, const Scale& y) {
  std::vector<std::pair<double, double>> means;
  std::vector<std::pair<double, double>> outline;
  for (size_t q = 0; q < line.mean.size(); ++q) {
    if (std::isnan(line.mean[q])) continue;
    means.emplace_back(x(static_cast<double>(q)), y(line.mean[q]));
    if (!line.band.empty()) {
      outline.emplace_back(x(static_cast<double>(q)), y(line.band[q].high));
    }
  }
  for (size_t q = line.band.size(); q-- > 0;) {
    if (std::isnan(line.mean[q])) continue;
    outline.emplace_back(x(static_cast<double>(q)), y(line.band[q].low));
  }
  std::string svg;
  if (!outline.empty()) {
    absl::StrAppend(&svg, "<polygon points=\"", Points(outline), "\" fill=\"", ColourOf(number),
                    "\" class=\"band\"/>\n");
  }
  absl::StrAppend(&svg, "<polyline points=\"", Points(means), "\" stroke=\"", ColourOf(number),
                  "\" class=\"path\"><title>", Escaped(line.name), "</title></polyline>\n");
  return svg;
}

std::string PathChart(const MetricPath& path) {
  constexpr double kWidth = 420;
  constexpr double kHeight = 220;
  Scale x = {0, std::max(1.0, static_cast<double>(path.quarters.size()) - 1), 56, kWidth - 12};
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Scale y = {kInfinity, -kInfinity, kHeight - 28, 12};
  for (const MetricPath::Line& line : path.lines) {
    for (const double value : line.mean) Widen(value, y);
    for (const Interval& band : line.band) {
      Widen(band.low, y);
      Widen(band.high, y);
    }
  }
  if (!(y.low <= y.high)) return "";
  if (y.low == y.high) {
    y.low -= 1;
    y.high += 1;
  }
  std::string svg = absl::StrFormat(
      "<figure><figcaption>%s <span>%s</span></figcaption>\n"
      "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s by quarter\">\n",
      Escaped(MetricTitle(path.metric)), Escaped(path.metric.unit), kWidth, kHeight,
      Escaped(MetricTitle(path.metric)));
  for (const double tick : Ticks(y.low, y.high)) {
    svg += Line(x.begin, y(tick), x.end, y(tick), "grid");
    svg += Text(x.begin - 6, y(tick) + 4, "name", FigureText(tick));
  }
  const size_t step = path.quarters.size() > 6 ? (path.quarters.size() + 3) / 4 : 1;
  for (size_t q = 0; q < path.quarters.size(); q += step) {
    svg += Text(x(static_cast<double>(q)), kHeight - 8, "tick", path.quarters[q]);
  }
  for (size_t i = path.lines.size(); i-- > 0;) svg += PathLine(path.lines[i], i, x, y);
  return svg + "</svg></figure>\n";
}

std::string Legend(const ComparisonReport& report) {
  std::string html = absl::StrCat("<p class=\"legend\"><b>―</b> ", Escaped(report.base.name));
  for (size_t i = 0; i < report.alternatives.size(); ++i) {
    absl::StrAppend(&html, " <b style=\"color:", ColourOf(i + 1), "\">―</b> ",
                    Escaped(report.alternatives[i].setting.name));
  }
  return html + "</p>\n";
}

constexpr absl::string_view kStyle = R"css(
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 900px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
svg { width: 100%; height: auto; font-size: 12px; }
text { fill: currentColor; } .tick { text-anchor: middle; opacity: .7; } .name { text-anchor: end; }
.grid { stroke: currentColor; opacity: .12; } .zero { stroke: currentColor; opacity: .6; }
.interval { stroke: #0072b2; stroke-width: 2; } circle { fill: #0072b2; }
.open { opacity: .45; } .path { fill: none; stroke-width: 2; } .band { opacity: .18; }
.paths { display: grid; grid-template-columns: repeat(auto-fill, minmax(380px, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-weight: 600; } figcaption span, .note { opacity: .7; font-weight: 400; }
)css";

}  // namespace

std::string ComparisonHtml(const ComparisonReport& report, const std::vector<MetricPath>& paths) {
  std::string title = absl::StrCat("Against ", report.base.name);
  std::string html = absl::StrCat(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
      Escaped(title), "</title>\n<style>", kStyle, "</style></head><body>\n<h1>", Escaped(title),
      "</h1>\n<p class=\"note\">Pairs of runs under the same seeds, ",
      Escaped(report.moment.Describe()), ". Bars are ",
      absl::StrFormat("%g%%", 100 * report.options.confidence),
      " intervals of the mean difference, by paired t. Faint ones don't leave out 0.</p>\n");
  if (!paths.empty()) {
    absl::StrAppend(&html, "<h2>Over the quarters</h2>\n", Legend(report),
                    "<div class=\"paths\">\n");
    for (const MetricPath& path : paths) html += PathChart(path);
    html += "</div>\n";
  }
  for (const ComparisonReport::Alternative& alternative : report.alternatives) {
    absl::StrAppend(&html, "<h2>", Escaped(alternative.setting.name), ": largest effects</h2>\n",
                    ForestChart(alternative));
  }
  return html + "</body></html>\n";
}

}  // namespace tranche
