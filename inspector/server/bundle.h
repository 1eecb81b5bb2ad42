#ifndef TRANCHE_INSPECTOR_SERVER_BUNDLE_H_
#define TRANCHE_INSPECTOR_SERVER_BUNDLE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

// What inspector/web is built to, embedded in the program by cmake/EmbedBundle.cmake.
namespace tranche {

struct BundleFile {
  // From the bundle's root: "index.html", "assets/index-1a2b3c4d.js".
  absl::string_view path;
  // Compressed, as gzip does.
  absl::string_view gzip;
};

// By path. Empty if the program was built without the page.
absl::Span<const BundleFile> Bundle();

// Null if the bundle has no such file.
const BundleFile* FindBundleFile(absl::string_view path);
// The file itself.
std::string Uncompressed(const BundleFile& file);
// By the ending of its name: "text/html; charset=utf-8".
absl::string_view MediaType(absl::string_view path);

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_SERVER_BUNDLE_H_
