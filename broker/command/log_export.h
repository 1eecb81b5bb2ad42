#ifndef TRANCHE_BROKER_COMMAND_LOG_EXPORT_H_
#define TRANCHE_BROKER_COMMAND_LOG_EXPORT_H_

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "broker/log/run_log.h"
#include "tranche/v1/log.pb.h"

// Records and tables in the formats that other programs read: CSV as RFC 4180 has it, with a header
// line; JSON Lines, one object a line.
namespace tranche {

// A field, in quotes where it needs them.
std::string CsvField(absl::string_view text);

// "position,quarter,round,kind,sender,recipients,thread,in_reply_to,text".
void WriteRecordCsvHeader(std::ostream& out);
void WriteRecordCsv(const v1::LogRecord& record, std::ostream& out);

void WriteTableCsvHeader(absl::Span<const std::string> columns, std::ostream& out);
void WriteTableCsv(absl::Span<const TableCell> row, std::ostream& out);
// An object whose members are the columns; blobs in base64.
void WriteTableJson(absl::Span<const std::string> columns, absl::Span<const TableCell> row,
                    std::ostream& out);

}  // namespace tranche

#endif  // TRANCHE_BROKER_COMMAND_LOG_EXPORT_H_
