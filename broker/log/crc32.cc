#include "broker/log/crc32.h"

#include <boost/crc.hpp>

namespace tranche {

uint32_t Crc32(absl::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

}  // namespace tranche
