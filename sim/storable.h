#ifndef TRANCHE_SIM_STORABLE_H_
#define TRANCHE_SIM_STORABLE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

// What a strategy may say, it may say wrongly: text that isn't UTF-8, which no reader of a log or a
// stream would take, or so much of it that log and stream couldn't hold it.
namespace tranche {

// The bytes of a failure's text that are kept.
inline constexpr size_t kMostFailureBytes = 1000;

// `text` in well-formed UTF-8, with '?' in place of every byte that belongs to no character, and
// cut after at most `most_bytes`, between characters.
std::string StorableText(absl::string_view text, size_t most_bytes);

// Makes every text in `message` well-formed, and cuts what is longer than any message may be, so
// that a move too large stays too large (rule "size") and yet can be kept. False: all was well.
bool MakeStorable(google::protobuf::Message& message);

}  // namespace tranche

#endif  // TRANCHE_SIM_STORABLE_H_
