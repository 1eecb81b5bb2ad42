#ifndef TRANCHE_BROKER_LOG_CRC32_H_
#define TRANCHE_BROKER_LOG_CRC32_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace tranche {

// CRC-32 as in zlib and PNG (polynomial 0x04C11DB7, reflected): tells a record that has changed on
// disk. Finds every burst of up to 32 bits and all but one in four billion of other changes.
uint32_t Crc32(absl::string_view bytes);

}  // namespace tranche

#endif  // TRANCHE_BROKER_LOG_CRC32_H_
