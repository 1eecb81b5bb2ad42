#include "broker/command/log_export.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "broker/log/figures.h"
#include "broker/log/json.h"
#include "broker/log/record_kind.h"
#include "broker/log/record_text.h"

namespace tranche {
namespace {

std::string CellText(const TableCell& cell) {
  switch (cell.type) {
    case TableCell::Type::kNull:
      return "";
    case TableCell::Type::kInteger:
      return absl::StrCat(cell.integer);
    case TableCell::Type::kReal:
      return NumberText(cell.real);
    case TableCell::Type::kText:
      return std::string(cell.bytes);
    case TableCell::Type::kBlob:
      return absl::Base64Escape(cell.bytes);
  }
  return "";
}

std::string CellJson(const TableCell& cell) {
  switch (cell.type) {
    case TableCell::Type::kNull:
      return "null";
    case TableCell::Type::kInteger:
      return JsonNumber(cell.integer);
    case TableCell::Type::kReal:
      return JsonNumber(cell.real);
    default:
      return JsonString(CellText(cell));
  }
}

}  // namespace

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

void WriteRecordCsvHeader(std::ostream& out) {
  out << "position,quarter,round,kind,sender,recipients,thread,in_reply_to,text\n";
}

void WriteRecordCsv(const v1::LogRecord& record, std::ostream& out) {
  const v1::Message& message = record.message();
  out << record.position() << ',' << QuarterText(record.quarter()) << ',' << record.round() << ','
      << RecordKind(record) << ',' << CsvField(message.sender()) << ','
      << CsvField(absl::StrJoin(message.recipients(), " ")) << ',' << CsvField(message.thread())
      << ',';
  if (message.in_reply_to() != 0) out << message.in_reply_to();
  out << ',' << CsvField(RecordText(record)) << '\n';
}

void WriteTableCsvHeader(absl::Span<const std::string> columns, std::ostream& out) {
  out << absl::StrJoin(columns, ",") << '\n';
}

void WriteTableCsv(absl::Span<const TableCell> row, std::ostream& out) {
  out << absl::StrJoin(row, ",", [](std::string* line, const TableCell& cell) {
    absl::StrAppend(line, CsvField(CellText(cell)));
  }) << '\n';
}

void WriteTableJson(absl::Span<const std::string> columns, absl::Span<const TableCell> row,
                    std::ostream& out) {
  JsonObject object;
  for (size_t i = 0; i < row.size(); ++i) object.Add(columns[i], CellJson(row[i]));
  out << object.json() << '\n';
}

}  // namespace tranche
