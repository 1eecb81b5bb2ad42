#include "identity/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "identity/authority.h"
#include "identity/identity.h"

namespace tranche {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const absl::Time kStart = absl::FromCivil(absl::CivilDay(2026, 3, 1), absl::UTCTimeZone());
const Validity kMarch = {kStart, kStart + absl::Hours(24 * 31)};
const absl::Time kMidMarch = kStart + absl::Hours(24 * 15);

Identity AgentsOf(const std::string& run, const std::vector<std::string>& names) {
  Identity identity = {.run = run, .kind = Identity::Kind::kAgents, .agents = {}};
  for (const std::string& name : names) identity.agents.push_back({name, v1::ROLE_LAB});
  return identity;
}

std::string CertificateOf(const Authority& authority, const Identity& identity) {
  const auto issued = authority.Issue(identity, {}, kMarch);
  EXPECT_TRUE(issued.ok()) << issued.status();
  return issued.ok() ? issued->certificate : "";
}

absl::Status Verdict(const std::string& pem, const Authority& authority, absl::Time now = kMidMarch,
                     CertificateUse use = CertificateUse::kClient) {
  return VerifyCertificate(pem, authority.certificate(), use, now).status();
}

TEST(IdentityTest, UrisCarryAnIdentity) {
  const Identity odd = {.run = "a run/with 100% of its marks?",
                        .kind = Identity::Kind::kAgents,
                        .agents = {{"aurora", v1::ROLE_LAB}, {"\xc3\xa9", v1::ROLE_REGULATOR}}};
  const auto read = IdentityFromUris(ToUris(odd));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->run, odd.run);
  ASSERT_EQ(read->agents.size(), 2);
  EXPECT_EQ(read->agents[1].name, odd.agents[1].name);
  EXPECT_EQ(read->agents[1].role, v1::ROLE_REGULATOR);
}

TEST(IdentityTest, WhatIsNobodyIsRefused) {
  const std::vector<std::vector<std::string>> nobody = {
      {},
      {"https://example.org"},
      {"tranche://run/r/agent/aurora"},
      {"tranche://run/r/agent/aurora?role=king"},
      {"tranche://run/r/agent/?role=lab"},
      {"tranche://run/r/agent/a%2?role=lab"},
      {"tranche://run//operator"},
      {"tranche://run/r/operator/"},
      {"tranche://run/r/operator", "tranche://run/r/agent/aurora?role=lab"},
      {"tranche://run/r/agent/a?role=lab", "tranche://run/s/agent/b?role=lab"},
  };
  for (const auto& uris : nobody) {
    EXPECT_TRUE(absl::IsInvalidArgument(IdentityFromUris(uris).status()))
        << (uris.empty() ? "none" : uris.back());
  }
}

TEST(CertificateTest, SaysWhoItsHolderIs) {
  const Authority authority = Authority::Create("r", kMarch);
  const auto verified =
      VerifyCertificate(CertificateOf(authority, AgentsOf("r", {"aurora", "borealis"})),
                        authority.certificate(), CertificateUse::kClient, kMidMarch);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->identity.ToString(), "agents aurora, borealis of run r");
  EXPECT_EQ(verified->not_before, kMarch.from);
  EXPECT_EQ(verified->not_after, kMarch.until);
}

TEST(CertificateTest, HoldsFromItsFirstSecondToItsLast) {
  const Authority authority = Authority::Create("r", kMarch);
  const std::string pem = CertificateOf(authority, AgentsOf("r", {"aurora"}));
  EXPECT_TRUE(Verdict(pem, authority, kMarch.from + absl::Seconds(1)).ok());
  EXPECT_TRUE(Verdict(pem, authority, kMarch.until - absl::Seconds(1)).ok());
  const absl::Status early = Verdict(pem, authority, kMarch.from - absl::Seconds(1));
  EXPECT_TRUE(absl::IsUnauthenticated(early));
  EXPECT_THAT(early.message(),
              AllOf(HasSubstr("aurora"), HasSubstr("2026-03-01 00:00:00"), HasSubstr("clock")));
  const absl::Status late = Verdict(pem, authority, kMarch.until + absl::Seconds(1));
  EXPECT_TRUE(absl::IsUnauthenticated(late));
  EXPECT_THAT(late.message(),
              AllOf(HasSubstr("aurora"), HasSubstr("expired at 2026-04-01 00:00:00")));
}

TEST(CertificateTest, OfAnotherAuthorityOfTheSameNameIsRefused) {
  const Authority ours = Authority::Create("r", kMarch);
  const Authority theirs = Authority::Create("r", kMarch);
  const absl::Status verdict = Verdict(CertificateOf(theirs, AgentsOf("r", {"aurora"})), ours);
  EXPECT_TRUE(absl::IsUnauthenticated(verdict));
  EXPECT_THAT(verdict.message(), HasSubstr("authority of another run"));
}

TEST(CertificateTest, OfAnAgentIssuesNoOthers) {
  // The authority's own certificate is no party's either.
  const Authority authority = Authority::Create("r", kMarch);
  EXPECT_TRUE(absl::IsUnauthenticated(Verdict(authority.certificate(), authority)));
}

TEST(CertificateTest, OfAnAgentDoesNotServe) {
  const Authority authority = Authority::Create("r", kMarch);
  const std::string agent = CertificateOf(authority, AgentsOf("r", {"aurora"}));
  const std::string broker =
      CertificateOf(authority, {.run = "r", .kind = Identity::Kind::kBroker, .agents = {}});
  EXPECT_THAT(Verdict(agent, authority, kMidMarch, CertificateUse::kServer).message(),
              HasSubstr("isn't a broker's"));
  EXPECT_TRUE(Verdict(broker, authority, kMidMarch, CertificateUse::kServer).ok());
}

TEST(CertificateTest, ATamperedOneIsRefused) {
  const Authority authority = Authority::Create("r", kMarch);
  std::string pem = CertificateOf(authority, AgentsOf("r", {"aurora"}));
  // Deep in the signed part; whichever letter it becomes, it isn't what was signed.
  char& letter = pem[pem.size() / 2];
  letter = letter == 'A' ? 'B' : 'A';
  EXPECT_FALSE(Verdict(pem, authority).ok());
}

TEST(CertificateTest, WhatIsNoneIsSaidToBeNone) {
  const Authority authority = Authority::Create("r", kMarch);
  EXPECT_TRUE(absl::IsUnauthenticated(Verdict("no certificate", authority)));
  EXPECT_TRUE(absl::IsInvalidArgument(ReadCertificate("").status()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(VerifyCertificate(CertificateOf(authority, AgentsOf("r", {"aurora"})),
                                                "", CertificateUse::kClient, kMidMarch)
                                  .status()));
}

TEST(AuthorityTest, NamesManyAgentsUpToWhatTlsCarries) {
  const Authority authority = Authority::Create("r", kMarch);
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back(absl::StrCat("laboratory-", i));
  EXPECT_TRUE(Verdict(CertificateOf(authority, AgentsOf("r", names)), authority).ok());
  for (int i = 1000; i < 3000; ++i) names.push_back(absl::StrCat("laboratory-", i));
  const auto issued = authority.Issue(AgentsOf("r", names), {}, kMarch);
  EXPECT_TRUE(absl::IsInvalidArgument(issued.status()));
  EXPECT_THAT(issued.status().message(), HasSubstr("more processes"));
}

TEST(AuthorityTest, AHostNameThatMakesNoSenseIsRefused) {
  const Authority authority = Authority::Create("r", kMarch);
  const Identity broker = {.run = "r", .kind = Identity::Kind::kBroker, .agents = {}};
  EXPECT_TRUE(authority.Issue(broker, {"node-7.cluster", "10.0.0.7", "::1"}, kMarch).ok());
  EXPECT_TRUE(
      absl::IsInvalidArgument(authority.Issue(broker, {"no such, URI:x"}, kMarch).status()));
}

}  // namespace
}  // namespace tranche
