#include "identity/identity.h"

#include <algorithm>
#include <optional>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sim/seat.h"

namespace tranche {
namespace {

constexpr absl::string_view kScheme = "tranche://";
constexpr size_t kMostNames = 3;

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string PercentEncoded(absl::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded += c;
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::optional<std::string> PercentDecoded(absl::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    if (IsUnreserved(text.front())) {
      decoded += text.front();
      text.remove_prefix(1);
      continue;
    }
    const absl::string_view escape = text.substr(0, 3);
    if (escape.size() != 3 || escape[0] != '%' || !absl::ascii_isxdigit(escape[1]) ||
        !absl::ascii_isxdigit(escape[2])) {
      return std::nullopt;
    }
    decoded += absl::HexStringToBytes(escape.substr(1));
    text.remove_prefix(3);
  }
  return decoded.empty() ? std::nullopt : std::make_optional(decoded);
}

v1::Role RoleNamed(absl::string_view name) {
  for (const v1::Role role :
       {v1::ROLE_LAB, v1::ROLE_CLOUD, v1::ROLE_INVESTOR, v1::ROLE_REGULATOR}) {
    if (RoleName(role) == name) return role;
  }
  return v1::ROLE_UNSPECIFIED;
}

// One URI's part of an identity.
std::optional<Identity> ParseUri(absl::string_view uri) {
  if (!absl::ConsumePrefix(&uri, "tranche://run/")) return std::nullopt;
  const std::vector<absl::string_view> parts = absl::StrSplit(uri, '/');
  const std::optional<std::string> run = PercentDecoded(parts[0]);
  if (!run.has_value()) return std::nullopt;
  Identity identity = {.run = *run, .kind = Identity::Kind::kAgents, .agents = {}};
  if (parts.size() == 2 && parts[1] == "operator") {
    identity.kind = Identity::Kind::kOperator;
    return identity;
  }
  if (parts.size() == 2 && parts[1] == "broker") {
    identity.kind = Identity::Kind::kBroker;
    return identity;
  }
  if (parts.size() != 3 || parts[1] != "agent") return std::nullopt;
  const std::vector<absl::string_view> agent = absl::StrSplit(parts[2], "?role=");
  if (agent.size() != 2) return std::nullopt;
  const std::optional<std::string> name = PercentDecoded(agent[0]);
  const v1::Role role = RoleNamed(agent[1]);
  if (!name.has_value() || role == v1::ROLE_UNSPECIFIED) return std::nullopt;
  identity.agents.push_back({*name, role});
  return identity;
}

}  // namespace

const Identity::Agent* Identity::Find(absl::string_view agent) const {
  const auto found = absl::c_find_if(agents, [agent](const Agent& a) { return a.name == agent; });
  return found == agents.end() ? nullptr : &*found;
}

std::string Identity::ToString() const {
  if (kind == Kind::kOperator) return absl::StrCat("the operator of run ", run);
  if (kind == Kind::kBroker) return absl::StrCat("the broker of run ", run);
  const size_t shown = std::min(kMostNames, agents.size());
  std::string names =
      absl::StrJoin(agents.begin(), agents.begin() + static_cast<std::ptrdiff_t>(shown), ", ",
                    [](std::string* out, const Agent& agent) { out->append(agent.name); });
  if (agents.size() > shown) absl::StrAppend(&names, " and ", agents.size() - shown, " more");
  return absl::StrCat(agents.size() == 1 ? "agent " : "agents ", names, " of run ", run);
}

std::vector<std::string> ToUris(const Identity& identity) {
  const std::string run = absl::StrCat(kScheme, "run/", PercentEncoded(identity.run));
  switch (identity.kind) {
    case Identity::Kind::kOperator:
      return {absl::StrCat(run, "/operator")};
    case Identity::Kind::kBroker:
      return {absl::StrCat(run, "/broker")};
    case Identity::Kind::kAgents:
      break;
  }
  std::vector<std::string> uris;
  uris.reserve(identity.agents.size());
  for (const Identity::Agent& agent : identity.agents) {
    uris.push_back(
        absl::StrCat(run, "/agent/", PercentEncoded(agent.name), "?role=", RoleName(agent.role)));
  }
  return uris;
}

absl::StatusOr<Identity> IdentityFromUris(absl::Span<const std::string> uris) {
  std::optional<Identity> identity;
  for (const std::string& uri : uris) {
    if (!absl::StartsWith(uri, kScheme)) continue;
    std::optional<Identity> part = ParseUri(uri);
    if (!part.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("it names \"", uri, "\", which is nobody"));
    }
    if (!identity.has_value()) {
      identity = std::move(part);
      continue;
    }
    if (part->run != identity->run || part->kind != Identity::Kind::kAgents ||
        identity->kind != Identity::Kind::kAgents) {
      return absl::InvalidArgumentError(
          "it names more than one run, or an agent and somebody else");
    }
    identity->agents.push_back(std::move(part->agents.front()));
  }
  if (!identity.has_value()) {
    return absl::InvalidArgumentError("it names nobody: it wasn't made by tranche cert");
  }
  return *std::move(identity);
}

}  // namespace tranche
