#ifndef TRANCHE_PROTO_DESCRIPTOR_SET_H_
#define TRANCHE_PROTO_DESCRIPTOR_SET_H_

#include "absl/strings/string_view.h"

namespace tranche {

// The serialised google.protobuf.FileDescriptorSet of every file of tranche.v1 and what they
// import. The log stores it, so that any tool can decode a run's payloads without this source. The
// bytes are static and live as long as the program.
absl::string_view TrancheDescriptorSet();

}  // namespace tranche

#endif  // TRANCHE_PROTO_DESCRIPTOR_SET_H_
