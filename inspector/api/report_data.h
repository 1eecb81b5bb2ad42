#ifndef TRANCHE_INSPECTOR_API_REPORT_DATA_H_
#define TRANCHE_INSPECTOR_API_REPORT_DATA_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inspector/api/inspection.h"

namespace tranche {

// What a report holds of a run: the answers to all that its page may ask, in the JSON at the end of
// API.md. What would take it beyond `most_bytes` is left out, and named.
absl::StatusOr<std::string> ReportData(const Inspection& inspection, size_t most_bytes);

// `json` so that it can stand in a <script> element: whatever text it carries can't end the
// element, begin a comment or a line.
std::string JsonForHtml(absl::string_view json);

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_API_REPORT_DATA_H_
