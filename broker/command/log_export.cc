#include "broker/command/log_export.h"

#include <cmath>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "broker/log/figures.h"
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

}  // namespace

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string JsonString(absl::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&json, "\\u%04x", static_cast<int>(c));
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string JsonNumber(double value) {
  return std::isfinite(value) ? NumberText(value) : JsonString(NumberText(value));
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
  out << '{';
  for (size_t i = 0; i < row.size(); ++i) {
    out << (i == 0 ? "" : ",") << JsonString(columns[i]) << ':';
    switch (row[i].type) {
      case TableCell::Type::kNull:
        out << "null";
        break;
      case TableCell::Type::kInteger:
        out << row[i].integer;
        break;
      case TableCell::Type::kReal:
        out << JsonNumber(row[i].real);
        break;
      default:
        out << JsonString(CellText(row[i]));
    }
  }
  out << "}\n";
}

}  // namespace tranche
