#include "broker/protocol/hash_chain.h"

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

absl::Status Broken(const v1::LogRecord& record, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("record ", record.position(), " (",
                                          Quarter::FromIndex(record.quarter()).ToString(),
                                          "): ", what));
}

}  // namespace

std::string HexDigest(absl::string_view digest) { return absl::BytesToHexString(digest); }

std::string CanonicalBytes(const google::protobuf::MessageLite& message) {
  std::string bytes;
  {
    bytes.reserve(message.ByteSizeLong());
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeWithCachedSizes(&coded);
  }
  return bytes;
}

void HashChain::Add(absl::string_view bytes) {
  std::array<char, 8> length;
  for (size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<char>(uint64_t{bytes.size()} >> (8 * i) & 0xff);
  }
  hash_.Update(absl::string_view(length.data(), length.size()));
  hash_.Update(bytes);
}

std::string HashChain::CloseQuarter(v1::LogRecord* quarter_closed) {
  quarter_closed->mutable_quarter_closed()->clear_digest();
  Add(CanonicalBytes(*quarter_closed));
  digest_ = hash_.Finish();
  hash_.Update(digest_);
  quarter_closed->mutable_quarter_closed()->set_digest(digest_);
  return CanonicalBytes(*quarter_closed);
}

absl::Status ChainVerifier::Add(const v1::LogRecord& record) {
  return Add(record, CanonicalBytes(record));
}

absl::Status ChainVerifier::Add(const v1::LogRecord& record, absl::string_view bytes) {
  if (record.position() != last_position_ + 1) {
    return Broken(record, absl::StrCat("should be at position ", last_position_ + 1));
  }
  last_position_ = record.position();
  if (ended_) return Broken(record, "follows the end of the run");
  if ((record.position() == 1) != record.has_header()) {
    return Broken(record, record.has_header() ? "a header that isn't the first record"
                                              : "the first record isn't a header");
  }
  if (record.has_header()) end_quarter_ = record.header().end_quarter();

  if (record.has_run_ended()) {
    if (open_since_ != 0 || closed_quarter_ + 1 != end_quarter_) {
      return Broken(record, "the run ends before its last quarter is closed");
    }
    ended_ = true;
    return absl::OkStatus();
  }
  if (open_since_ == 0) open_since_ = record.position();
  if (!record.has_quarter_closed()) {
    chain_.Add(bytes);
    return absl::OkStatus();
  }
  v1::LogRecord closed = record;
  chain_.CloseQuarter(&closed);
  if (closed.quarter_closed().digest() != record.quarter_closed().digest()) {
    return Broken(record,
                  absl::StrCat("the hash chain breaks: records ", open_since_, " to ",
                               record.position(), " have digest ", HexDigest(chain_.digest()),
                               ", the log says ", HexDigest(record.quarter_closed().digest())));
  }
  open_since_ = 0;
  closed_quarter_ = record.quarter();
  return absl::OkStatus();
}

absl::Status ChainVerifier::Finish() const {
  if (open_since_ == 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("records ", open_since_, " to ", last_position_,
                                          " belong to no closed quarter"));
}

absl::Status VerifyChain(absl::Span<const v1::LogRecord* const> records) {
  ChainVerifier verifier;
  for (const v1::LogRecord* record : records) {
    if (absl::Status added = verifier.Add(*record); !added.ok()) return added;
  }
  return verifier.Finish();
}

}  // namespace tranche
