#include "broker/server/access.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_metadata_processor.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "identity/certificate.h"
#include "sim/seat.h"
#include "spdlog/spdlog.h"

namespace tranche {
namespace {

std::optional<std::string> CertificateShown(const grpc::AuthContext& context) {
  const std::vector<grpc::string_ref> shown =
      context.FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (shown.empty()) return std::nullopt;
  return std::string(shown[0].data(), shown[0].size());
}

// Looks at every call before its handler sees it. TLS has proved that the client has the key of the
// certificate; whether the certificate is good is judged here rather than in the handshake, because
// a client whose handshake fails never hears why.
class Gatekeeper final : public grpc::AuthMetadataProcessor {
 public:
  Gatekeeper(std::string run, std::string authority)
      : run_(std::move(run)), authority_(std::move(authority)) {}

  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& /*metadata*/, grpc::AuthContext* context,
                       OutputMetadata* /*consumed*/, OutputMetadata* /*response*/) override {
    const absl::Status admitted = Judge(CertificateShown(*context));
    if (admitted.ok()) return grpc::Status::OK;
    const std::string why = absl::StrCat("not let in: ", admitted.message());
    spdlog::warn("a caller was {}", why);
    return {grpc::StatusCode::UNAUTHENTICATED, why};
  }

 private:
  absl::Status Judge(const std::optional<std::string>& shown) const {
    if (!shown.has_value()) {
      return absl::UnauthenticatedError(absl::StrCat("no certificate was shown; run ", run_,
                                                     " takes those that tranche cert made for it"));
    }
    const absl::StatusOr<Certificate> certificate =
        VerifyCertificate(*shown, authority_, CertificateUse::kClient, absl::Now());
    if (!certificate.ok()) return certificate.status();
    if (certificate->identity.run != run_) {
      return absl::UnauthenticatedError(absl::StrCat("the certificate is that of ",
                                                     certificate->identity.ToString(),
                                                     ", and this is run ", run_));
    }
    return absl::OkStatus();
  }

  const std::string run_;
  const std::string authority_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MutualTls(const Credentials& own) {
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  options.pem_root_certs = own.authority;
  options.pem_key_cert_pairs.push_back({own.key, own.certificate});
  std::shared_ptr<grpc::ServerCredentials> credentials = grpc::SslServerCredentials(options);
  credentials->SetAuthMetadataProcessor(
      std::make_shared<Gatekeeper>(own.identity.run, own.authority));
  return credentials;
}

std::optional<Identity> CallerOf(const grpc::AuthContext& context) {
  const std::optional<std::string> shown = CertificateShown(context);
  if (!shown.has_value()) return std::nullopt;
  absl::StatusOr<Certificate> certificate = ReadCertificate(*shown);
  // The gatekeeper has read it before; should it ever not have, the caller is nobody.
  if (!certificate.ok()) return Identity{};
  return std::move(certificate->identity);
}

absl::Status CheckMayOperate(const std::optional<Identity>& caller, absl::string_view method) {
  if (!caller.has_value() || caller->kind == Identity::Kind::kOperator) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat(method, " takes the operator's certificate, and this is that of ",
                   caller->ToString(), "; an agent's view and mail come over its session"));
}

absl::Status CheckMayJoin(const std::optional<Identity>& caller, const v1::Join& join,
                          const std::function<v1::Role(absl::string_view agent)>& role_of) {
  if (!caller.has_value()) return absl::OkStatus();
  for (const v1::JoinAgent& joining : join.agents()) {
    const Identity::Agent* named = caller->Find(joining.agent());
    if (named == nullptr) {
      return absl::PermissionDeniedError(absl::StrCat(
          "the certificate is that of ", caller->ToString(), ": it can't play ", joining.agent()));
    }
    const v1::Role role = role_of(joining.agent());
    if (role != v1::ROLE_UNSPECIFIED && role != named->role) {
      return absl::PermissionDeniedError(
          absl::StrCat("the certificate names ", joining.agent(), " as a ", RoleName(named->role),
                       ", and in this run it is a ", RoleName(role)));
    }
  }
  return absl::OkStatus();
}

}  // namespace tranche
