#ifndef TRANCHE_INSPECTOR_SERVER_RESPONSES_H_
#define TRANCHE_INSPECTOR_SERVER_RESPONSES_H_

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// What the server answers, as HTTP messages. All carry the headers that keep a browser from taking
// data for a page, or the page into another's frame.
namespace tranche {

using HttpRequest = boost::beast::http::request<boost::beast::http::empty_body>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;
using HttpStatus = boost::beast::http::status;

// The policy and sniffing headers, on any message.
void AddSafetyHeaders(boost::beast::http::fields& headers);

// An error as API.md has it: {"error": {"code", "message"}}.
HttpResponse ErrorResponse(HttpStatus status, absl::string_view code, absl::string_view message);
// The error that a status of Inspection::Answer means.
HttpResponse ErrorResponse(const absl::Status& status);
// `version` is what tells this answer from others, empty if it will change.
HttpResponse JsonResponse(std::string json, absl::string_view version, const HttpRequest& request);
// A file of the bundle, or the page for a path that is a view's.
HttpResponse BundleResponse(absl::string_view path, const HttpRequest& request);

}  // namespace tranche

#endif  // TRANCHE_INSPECTOR_SERVER_RESPONSES_H_
