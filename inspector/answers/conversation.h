#ifndef TRANCHE_INSPECTOR_ANSWERS_CONVERSATION_H_
#define TRANCHE_INSPECTOR_ANSWERS_CONVERSATION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "broker/log/message_fields.h"
#include "broker/log/sqlite.h"
#include "tranche/v1/log.pb.h"

// A log as talk: who opened what, who answered whom, and how the terms moved.
namespace tranche {

// The thread that `name` means: a thread's own name, or "#123" or "123" for the one that message
// 123 belongs to. NotFound if the log holds neither.
absl::StatusOr<std::string> FindThread(const SqliteDatabase& database, absl::string_view name);

struct TalkMessage {
  v1::LogRecord record;
  // How many messages of the talk it answers, one through the other; 0: it opens something.
  int depth = 0;
  // The version of these terms that it takes the place of: what it answers, or else the last one
  // between the same two. 0: its terms are the first, or it has none.
  uint64_t changed_from = 0;
  // Against that version.
  std::vector<FieldChange> changes = {};
};

// Messages of a thread and of those below it, in order.
struct Talk {
  std::string thread;
  std::vector<TalkMessage> messages;
  bool more = false;  // were left out at the end

  // Places in `messages` such that each message comes after what it answers and before what comes
  // next to that: a conversation read from top to bottom.
  std::vector<size_t> ReadingOrder() const;
};

// From position `from` on, at most `limit` messages.
absl::StatusOr<Talk> ReadTalk(const SqliteDatabase& database, const std::string& thread,
                              uint64_t from = 1, size_t limit = SIZE_MAX);

// Follows versions of terms through messages that are shown to it in order.
class TermsHistory {
 public:
  // Fills in which earlier version `message` takes the place of, and how it differs. `message` must
  // stay where it is.
  void Add(TalkMessage& message);

 private:
  const TalkMessage* PreviousVersion(const TalkMessage& message) const;

  // By position; and by type of the terms and the two parties.
  absl::flat_hash_map<uint64_t, const TalkMessage*> by_position_;
  absl::flat_hash_map<std::string, const TalkMessage*> latest_;
};

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_ANSWERS_CONVERSATION_H_
