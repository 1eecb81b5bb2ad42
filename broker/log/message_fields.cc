#include "broker/log/message_fields.h"

#include <cstdint>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "broker/log/figures.h"
#include "broker/log/record_kind.h"
#include "broker/log/terms_text.h"
#include "google/protobuf/descriptor.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A field's name in words, without its unit: "price_micros_per_gpu_hour" is "price per gpu hour".
std::string NameWords(absl::string_view name) {
  for (absl::string_view unit : {"_cents", "_micros", "_bp", "_ppm", "_kw", "_millis", "_h100e"}) {
    if (absl::ConsumeSuffix(&name, unit)) break;
  }
  return absl::StrReplaceAll(name,
                             {{"_cents_", " "}, {"_micros_", " "}, {"_millis_", " "}, {"_", " "}});
}

// An integer with the unit that its field's name says.
std::string IntegerText(absl::string_view name, int64_t value) {
  if (absl::StrContains(name, "_cents")) return DollarsText(value);
  if (absl::StrContains(name, "_micros")) return UnitPriceText(value);
  if (absl::EndsWith(name, "_bp")) return BasisPointsText(value);
  if (absl::EndsWith(name, "_ppm")) return PpmText(value);
  if (absl::EndsWith(name, "_kw")) return PowerText(value);
  if (name == "capability_millis") return CapabilityText(static_cast<int32_t>(value));
  if (absl::EndsWith(name, "_millis")) return NumberText(static_cast<double>(value) / 1000);
  if (absl::EndsWith(name, "_quarters")) return Plural(value, "quarter");
  if (name == "quarter" || absl::EndsWith(name, "_quarter")) {
    return QuarterText(static_cast<int32_t>(value));
  }
  if (absl::StrContains(name, "shares") || absl::StrContains(name, "gpu_hours") ||
      absl::StrContains(name, "accelerators")) {
    return CountText(value);
  }
  return absl::StrCat(value);
}

// One value of a field: the value there is, or of a list the one at `index`.
class FieldValue {
 public:
  FieldValue(const Message& message, const FieldDescriptor* field, int index)
      : message_(message), reflection_(*message.GetReflection()), field_(field), index_(index) {}

  const Message& AsMessage() const {
    return field_->is_repeated() ? reflection_.GetRepeatedMessage(message_, field_, index_)
                                 : reflection_.GetMessage(message_, field_);
  }

  // As a person and as a program would write a value that is no message.
  std::pair<std::string, std::string> Texts() const {
    switch (field_->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL: {
        const bool set = field_->is_repeated()
                             ? reflection_.GetRepeatedBool(message_, field_, index_)
                             : reflection_.GetBool(message_, field_);
        return {set ? "yes" : "no", set ? "true" : "false"};
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int value = field_->is_repeated()
                              ? reflection_.GetRepeatedEnumValue(message_, field_, index_)
                              : reflection_.GetEnumValue(message_, field_);
        std::string word = EnumWord(field_->enum_type(), value);
        return {absl::StrReplaceAll(word, {{"-", " "}}), word};
      }
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string text = field_->is_repeated()
                               ? reflection_.GetRepeatedString(message_, field_, index_)
                               : reflection_.GetString(message_, field_);
        if (field_->type() == FieldDescriptor::TYPE_BYTES) text = absl::BytesToHexString(text);
        return {text, text};
      }
      case FieldDescriptor::CPPTYPE_DOUBLE: {
        std::string text = NumberText(field_->is_repeated()
                                          ? reflection_.GetRepeatedDouble(message_, field_, index_)
                                          : reflection_.GetDouble(message_, field_));
        return {text, text};
      }
      case FieldDescriptor::CPPTYPE_UINT64: {
        const uint64_t value = field_->is_repeated()
                                   ? reflection_.GetRepeatedUInt64(message_, field_, index_)
                                   : reflection_.GetUInt64(message_, field_);
        return {absl::StrCat(value), absl::StrCat(value)};
      }
      default: {
        const int64_t value = Integer();
        return {IntegerText(field_->name(), value), absl::StrCat(value)};
      }
    }
  }

 private:
  int64_t Integer() const {
    const bool list = field_->is_repeated();
    switch (field_->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return list ? reflection_.GetRepeatedInt32(message_, field_, index_)
                    : reflection_.GetInt32(message_, field_);
      case FieldDescriptor::CPPTYPE_UINT32:
        return list ? reflection_.GetRepeatedUInt32(message_, field_, index_)
                    : reflection_.GetUInt32(message_, field_);
      default:
        return list ? reflection_.GetRepeatedInt64(message_, field_, index_)
                    : reflection_.GetInt64(message_, field_);
    }
  }

  const Message& message_;
  const Reflection& reflection_;
  const FieldDescriptor* field_;
  int index_;
};

// What a message that stands for one value says; empty for any other.
std::string ValueOf(const Message& message) {
  const Descriptor* type = message.GetDescriptor();
  if (type == v1::Date::descriptor()) return DateText(static_cast<const v1::Date&>(message));
  if (type == v1::TrancheCondition::descriptor()) {
    return ConditionText(static_cast<const v1::TrancheCondition&>(message));
  }
  if (type == v1::Remedy::descriptor()) {
    google::protobuf::RepeatedPtrField<v1::Remedy> one;
    *one.Add() = static_cast<const v1::Remedy&>(message);
    return RemediesText(one);
  }
  return "";
}

void AddFields(const Message& message, const std::string& path, const std::string& label,
               std::vector<MessageField>& fields) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const bool list = field->is_repeated();
    const int size = list ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      const FieldValue value(message, field, i);
      const std::string place = absl::StrCat(path, path.empty() ? "" : ".", field->name(),
                                             list ? absl::StrCat("[", i, "]") : "");
      std::string words = NameWords(field->name());
      if (list) words = absl::StrCat(absl::StripSuffix(words, "s"), " ", i + 1);
      std::string name = absl::StrCat(label, label.empty() ? "" : " ", words);
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        auto texts = value.Texts();
        fields.push_back({place, std::move(name), std::move(texts.first), std::move(texts.second)});
      } else if (std::string one = ValueOf(value.AsMessage()); !one.empty()) {
        fields.push_back({place, std::move(name), one, value.AsMessage().ShortDebugString()});
      } else {
        AddFields(value.AsMessage(), place, name, fields);
      }
    }
  }
}

const Message* CounterTerms(const v1::CounterOffer& counter) {
  switch (counter.terms_case()) {
    case v1::CounterOffer::kFunding:
      return &counter.funding();
    case v1::CounterOffer::kCapacity:
      return &counter.capacity();
    case v1::CounterOffer::kMarketplace:
      return &counter.marketplace();
    case v1::CounterOffer::kLicence:
      return &counter.licence();
    case v1::CounterOffer::kMerger:
      return &counter.merger();
    case v1::CounterOffer::kSecondary:
      return &counter.secondary();
    case v1::CounterOffer::TERMS_NOT_SET:
      return nullptr;
  }
  return nullptr;
}

const Message* SignedTerms(const v1::DealSigned& deal) {
  switch (deal.terms_case()) {
    case v1::DealSigned::kFunding:
      return &deal.funding();
    case v1::DealSigned::kMerger:
      return &deal.merger();
    case v1::DealSigned::kSecondary:
      return &deal.secondary();
    case v1::DealSigned::TERMS_NOT_SET:
      return nullptr;
  }
  return nullptr;
}

const Message* ContractTerms(const v1::ContractSigned& contract) {
  switch (contract.terms_case()) {
    case v1::ContractSigned::kCapacity:
      return &contract.capacity();
    case v1::ContractSigned::kMarketplace:
      return &contract.marketplace();
    case v1::ContractSigned::kLicence:
      return &contract.licence();
    case v1::ContractSigned::kCommitment:
      return &contract.commitment();
    case v1::ContractSigned::TERMS_NOT_SET:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

std::vector<MessageField> MessageFields(const Message& message) {
  std::vector<MessageField> fields;
  AddFields(message, "", "", fields);
  return fields;
}

const Message* TermsOf(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kFundingAsk:
      return &message.funding_ask();
    case v1::Message::kTermSheet:
      return &message.term_sheet().terms();
    case v1::Message::kCounterOffer:
      return CounterTerms(message.counter_offer());
    case v1::Message::kSecondaryOffer:
      return &message.secondary_offer().terms();
    case v1::Message::kMergerProposal:
      return &message.merger_proposal().terms();
    case v1::Message::kCapacityRequest:
      return &message.capacity_request().terms();
    case v1::Message::kCapacityQuote:
      return &message.capacity_quote().terms();
    case v1::Message::kMarketplaceOffer:
      return &message.marketplace_offer().terms();
    case v1::Message::kLicenceOffer:
      return &message.licence_offer().terms();
    case v1::Message::kFirstRefusalNotice:
      return &message.first_refusal_notice().terms();
    case v1::Message::kDealSigned:
      return SignedTerms(message.deal_signed());
    case v1::Message::kContractSigned:
      return ContractTerms(message.contract_signed());
    default:
      return nullptr;
  }
}

std::vector<FieldChange> FieldChanges(const Message& before, const Message& after) {
  const std::vector<MessageField> old_fields = MessageFields(before);
  const std::vector<MessageField> new_fields = MessageFields(after);
  absl::flat_hash_map<std::string, const MessageField*> old_by_path;
  for (const MessageField& field : old_fields) old_by_path[field.path] = &field;
  std::vector<FieldChange> changes;
  for (const MessageField& field : new_fields) {
    const auto old = old_by_path.find(field.path);
    if (old == old_by_path.end()) {
      changes.push_back({field.path, field.label, "", field.value});
      continue;
    }
    if (old->second->raw != field.raw) {
      changes.push_back({field.path, field.label, old->second->value, field.value});
    }
    old_by_path.erase(old);
  }
  for (const MessageField& field : old_fields) {
    if (old_by_path.contains(field.path)) {
      changes.push_back({field.path, field.label, field.value, ""});
    }
  }
  return changes;
}

}  // namespace tranche
