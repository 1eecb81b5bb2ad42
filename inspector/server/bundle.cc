#include "inspector/server/bundle.h"

#include <zlib.h>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "sim/check.h"

namespace tranche {

const BundleFile* FindBundleFile(absl::string_view path) {
  const absl::Span<const BundleFile> files = Bundle();
  const auto file =
      absl::c_find_if(files, [path](const BundleFile& one) { return one.path == path; });
  return file == files.end() ? nullptr : &*file;
}

std::string Uncompressed(const BundleFile& file) {
  constexpr int kGzip = 16;  // zlib's window bits for its format
  z_stream stream = {};
  TRANCHE_CHECK(inflateInit2(&stream, MAX_WBITS + kGzip) == Z_OK, "zlib works");
  std::string input(file.gzip);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  std::string output;
  char buffer[1 << 16];
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof(buffer);
    result = inflate(&stream, Z_NO_FLUSH);
    output.append(buffer, sizeof(buffer) - stream.avail_out);
  }
  inflateEnd(&stream);
  TRANCHE_CHECK(result == Z_STREAM_END, "what the build has compressed is whole");
  return output;
}

absl::string_view MediaType(absl::string_view path) {
  struct Ending {
    absl::string_view text;
    absl::string_view media_type;
  };
  constexpr Ending kEndings[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
  };
  for (const Ending& ending : kEndings) {
    if (absl::EndsWith(path, ending.text)) return ending.media_type;
  }
  return "application/octet-stream";
}

}  // namespace tranche
