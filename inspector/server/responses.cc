#include "inspector/server/responses.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "broker/log/json.h"
#include "inspector/server/bundle.h"

namespace tranche {
namespace {

namespace http = boost::beast::http;

constexpr int kHttpVersion = 11;
// The template of `tranche report` is no page of its own.
constexpr absl::string_view kReport = "report.html";
constexpr absl::string_view kIndex = "index.html";
constexpr absl::string_view kWithoutPage =
    "<!doctype html><title>Tranche</title><p>This tranche was built without the inspector's page "
    "(TRANCHE_INSPECTOR_PAGE=OFF). Its data is below <code>/api/</code>.\n";

absl::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

HttpResponse Response(HttpStatus status, absl::string_view media_type, std::string body) {
  HttpResponse response(status, kHttpVersion);
  AddSafetyHeaders(response);
  response.set(http::field::content_type, {media_type.data(), media_type.size()});
  response.body() = std::move(body);
  return response;
}

bool TakesGzip(const HttpRequest& request) {
  for (absl::string_view coding :
       absl::StrSplit(View(request[http::field::accept_encoding]), ',')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(coding, absl::MaxSplits(';', 1));
    if (absl::StripAsciiWhitespace(parts.first) != "gzip") continue;
    // "gzip;q=0" is how to say that it isn't taken.
    absl::string_view weight = absl::StripAsciiWhitespace(parts.second);
    double value = 1;
    return !absl::ConsumePrefix(&weight, "q=") || !absl::SimpleAtod(weight, &value) || value > 0;
  }
  return false;
}

}  // namespace

void AddSafetyHeaders(http::fields& headers) {
  headers.set("Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
              "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
              "form-action 'none'; frame-ancestors 'none'");
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("X-Frame-Options", "DENY");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set(http::field::cache_control, "no-store");
}

HttpResponse ErrorResponse(HttpStatus status, absl::string_view code, absl::string_view message) {
  const std::string error =
      JsonObject().Add("code", JsonString(code)).Add("message", JsonString(message)).json();
  return Response(status, "application/json", JsonObject().Add("error", error).json());
}

HttpResponse ErrorResponse(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return ErrorResponse(HttpStatus::bad_request, "bad-request", status.message());
    case absl::StatusCode::kNotFound:
      return ErrorResponse(HttpStatus::not_found, "not-found", status.message());
    case absl::StatusCode::kPermissionDenied:
      return ErrorResponse(HttpStatus::forbidden, "forbidden", status.message());
    case absl::StatusCode::kDataLoss:
      return ErrorResponse(HttpStatus::internal_server_error, "damaged", status.message());
    default:
      return ErrorResponse(HttpStatus::internal_server_error, "internal", status.message());
  }
}

HttpResponse JsonResponse(std::string json, absl::string_view version, const HttpRequest& request) {
  if (version.empty()) return Response(HttpStatus::ok, "application/json", std::move(json));
  const std::string tag = absl::StrCat("\"", version, "\"");
  const bool known = View(request[http::field::if_none_match]) == tag;
  HttpResponse response = Response(known ? HttpStatus::not_modified : HttpStatus::ok,
                                   "application/json", known ? "" : std::move(json));
  response.set(http::field::etag, tag);
  // Kept, and asked about each time: the next server on this port may serve another log.
  response.set(http::field::cache_control, "no-cache");
  return response;
}

HttpResponse BundleResponse(absl::string_view path, const HttpRequest& request) {
  absl::string_view name = path.substr(1);
  const BundleFile* file = name == kReport ? nullptr : FindBundleFile(name);
  // A view of the page has a path of its own, which names no file.
  const bool view = !absl::StrContains(name.substr(name.rfind('/') + 1), '.');
  if (file == nullptr && view) {
    file = FindBundleFile(kIndex);
    if (file == nullptr) {
      return Response(HttpStatus::ok, MediaType(kIndex), std::string(kWithoutPage));
    }
  }
  if (file == nullptr) return ErrorResponse(HttpStatus::not_found, "not-found", "no such file");
  const bool gzip = TakesGzip(request);
  HttpResponse response = Response(HttpStatus::ok, MediaType(file->path),
                                   gzip ? std::string(file->gzip) : Uncompressed(*file));
  if (gzip) response.set(http::field::content_encoding, "gzip");
  response.set(http::field::vary, "Accept-Encoding");
  // Their names hold a hash of what is in them.
  if (absl::StartsWith(file->path, "assets/")) {
    response.set(http::field::cache_control, "public, max-age=31536000, immutable");
  }
  return response;
}

}  // namespace tranche
