#include "broker/log/message_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/quarter.h"

namespace tranche {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Texts(const google::protobuf::Message& message) {
  std::vector<std::string> texts;
  for (const MessageField& field : MessageFields(message)) {
    texts.push_back(absl::StrCat(field.path, ": ", field.label, " = ", field.value));
  }
  return texts;
}

TEST(MessageFieldsTest, FieldsAreNamedAndValuedForPeople) {
  v1::FundingTerms terms;
  terms.set_instrument(v1::INSTRUMENT_PREFERRED_EQUITY);
  terms.set_amount_cents(50'000'000'000'00);
  v1::Tranche& tranche = *terms.add_tranches();
  tranche.set_amount_cents(30'000'000'000'00);
  tranche.mutable_condition()->set_annualised_revenue_cents(40'000'000'000'00);
  terms.set_pro_rata_right(true);
  terms.mutable_cloud_commitment()->set_term_quarters(28);
  terms.set_cloud_credits_bp(1'250);
  terms.set_outside_quarter(Quarter(2027, 1).index());
  EXPECT_THAT(
      Texts(terms),
      ElementsAre("instrument: instrument = preferred equity", "amount_cents: amount = $50.0B",
                  "tranches[0].amount_cents: tranche 1 amount = $30.0B",
                  "tranches[0].condition: tranche 1 condition = at $40.0B annualised revenue",
                  "pro_rata_right: pro rata right = yes",
                  "cloud_commitment.term_quarters: cloud commitment term quarters = 28 quarters",
                  "cloud_credits_bp: cloud credits = 12.5%",
                  "outside_quarter: outside quarter = 2027Q1"));
  EXPECT_EQ(MessageFields(terms)[1].raw, "5000000000000") << "exact, to go on with";
}

TEST(MessageFieldsTest, UnitPricesAndListsAreNamed) {
  v1::CapacityTerms terms;
  terms.set_price_micros_per_gpu_hour(2'100'000);
  EXPECT_THAT(Texts(terms), ElementsAre("price_micros_per_gpu_hour: price per gpu hour = $2.10"));
  v1::FundingTerms exclusive;
  exclusive.add_excluded_investors("google");
  EXPECT_THAT(Texts(exclusive), ElementsAre("excluded_investors[0]: excluded investor 1 = google"));
}

TEST(MessageFieldsTest, ChangesNameWhatCameAndWhatWent) {
  v1::CapacityTerms before;
  before.set_accelerators_h100e(1'000);
  before.set_exclusive(true);
  before.set_term_quarters(8);
  v1::CapacityTerms after = before;
  after.set_accelerators_h100e(2'000);
  after.clear_exclusive();
  after.set_right_of_first_refusal(true);
  std::vector<std::string> changes;
  for (const FieldChange& change : FieldChanges(before, after)) {
    changes.push_back(absl::StrCat(change.label, ": ", change.before, " > ", change.after));
  }
  EXPECT_THAT(changes, ElementsAre("accelerators: 1.00K > 2.00K", "right of first refusal:  > yes",
                                   "exclusive: yes > "));
  EXPECT_THAT(FieldChanges(after, after), IsEmpty());
}

TEST(MessageFieldsTest, FiguresThatReadTheSameMayDiffer) {
  v1::FundingTerms before;
  before.set_amount_cents(50'000'000'000'00);
  v1::FundingTerms after;
  after.set_amount_cents(50'000'000'000'01);
  ASSERT_EQ(FieldChanges(before, after).size(), 1u);
  v1::Tranche& tranche = *before.add_tranches();
  tranche.mutable_condition()->set_annualised_revenue_cents(40'000'000'000'00);
  after = before;
  after.mutable_tranches(0)->mutable_condition()->set_annualised_revenue_cents(40'000'000'000'01);
  EXPECT_EQ(FieldChanges(before, after).size(), 1u);
}

TEST(TermsOfTest, EveryProposalHasTermsAndTalkHasNone) {
  v1::Message message;
  message.mutable_note()->set_text("hello");
  EXPECT_EQ(TermsOf(message), nullptr);
  message.mutable_counter_offer();
  EXPECT_EQ(TermsOf(message), nullptr) << "nothing is countered with";
  message.mutable_counter_offer()->mutable_licence();
  EXPECT_EQ(TermsOf(message), &message.counter_offer().licence());
  message.mutable_merger_proposal();
  EXPECT_EQ(TermsOf(message), &message.merger_proposal().terms());
}

}  // namespace
}  // namespace tranche
