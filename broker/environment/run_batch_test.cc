#include "broker/environment/run_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/inline/inline_run.h"
#include "sim/testing/small_market.h"

namespace tranche {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::Scenario ShortDuopoly() {
  v1::Scenario scenario = DuopolyScenario();
  scenario.set_quarters(2);
  return scenario;
}

std::unique_ptr<RunBatch> Open(size_t size, size_t threads) {
  RunBatch::Options options;
  options.scenario = ShortDuopoly();
  options.seats = *ResolveSeats(options.scenario);
  options.agents = {"borealis", "aurora"};
  options.metrics = {"revenue:aurora"};
  options.digests = true;
  options.size = size;
  options.threads = threads;
  auto batch = RunBatch::Open(std::move(options));
  EXPECT_TRUE(batch.ok()) << batch.status();
  return *std::move(batch);
}

v1::ResetSlots Seeds(const std::vector<uint64_t>& seeds) {
  v1::ResetSlots request;
  for (size_t slot = 0; slot < seeds.size(); ++slot) {
    v1::SlotSeed& added = *request.add_slots();
    added.set_slot(static_cast<uint32_t>(slot));
    added.set_seed(seeds[slot]);
  }
  return request;
}

// With the advice.
v1::StepSlots Advised(size_t size) {
  v1::StepSlots request;
  for (size_t slot = 0; slot < size; ++slot)
    request.add_slots()->set_slot(static_cast<uint32_t>(slot));
  return request;
}

std::string DigestOfInlineRun(uint64_t seed) {
  const v1::Scenario scenario = ShortDuopoly();
  return (*InlineRun::Create(scenario, seed, *ResolveSeats(scenario)))->Play()->digest;
}

TEST(RunBatchTest, EverySlotIsTheRunOfItsSeedWhateverTheThreads) {
  for (const size_t threads : {1, 3}) {
    const auto batch = Open(4, threads);
    const v1::EnvironmentReply opened = batch->Reset(Seeds({5, 6, 7, 5}));
    EXPECT_THAT(opened.error(), IsEmpty());
    ASSERT_THAT(opened.slots(), SizeIs(4));
    EXPECT_THAT(opened.slots(0).turns().turns(), SizeIs(2));
    EXPECT_THAT(opened.slots(0).metrics(), IsEmpty());
    const v1::EnvironmentReply once = batch->Step(Advised(4));
    EXPECT_FALSE(once.slots(0).over());
    ASSERT_THAT(once.slots(0).metrics(), SizeIs(1));
    EXPECT_EQ(once.slots(0).metrics(0).subject(), "aurora");
    const v1::EnvironmentReply twice = batch->Step(Advised(4));
    for (int slot = 0; slot < 4; ++slot) {
      EXPECT_TRUE(twice.slots(slot).over());
      EXPECT_EQ(twice.slots(slot).digest(), DigestOfInlineRun(slot == 3 ? 5 : 5 + slot));
      ASSERT_THAT(twice.slots(slot).last_views(), SizeIs(2));
      EXPECT_EQ(twice.slots(slot).last_views(0).agent(), "aurora");
    }
    EXPECT_EQ(batch->Step(Advised(4)).slots(1).digest(), twice.slots(1).digest());
  }
}

TEST(RunBatchTest, ASlotStartsAnewWhileOthersGoOn) {
  const auto batch = Open(2, 2);
  batch->Reset(Seeds({1, 2}));
  batch->Step(Advised(2));
  batch->Reset(Seeds({9}));
  const v1::EnvironmentReply reply = batch->Step(Advised(2));
  EXPECT_FALSE(reply.slots(0).over());
  EXPECT_TRUE(reply.slots(1).over());
  EXPECT_EQ(reply.slots(1).digest(), DigestOfInlineRun(2));
}

TEST(RunBatchTest, WrongSlotsAreSaid) {
  const auto batch = Open(2, 2);
  EXPECT_THAT(batch->Step(Advised(1)).error(), HasSubstr("slot 0: reset it"));
  EXPECT_THAT(batch->Reset(Seeds({1, 2, 3})).error(), HasSubstr("there is no slot 2"));
  v1::ResetSlots twice = Seeds({1, 2});
  twice.mutable_slots(1)->set_slot(0);
  EXPECT_THAT(batch->Reset(twice).error(), HasSubstr("slot 0 twice"));
  EXPECT_THAT(batch->Reset({}).error(), IsEmpty());
}

TEST(RunBatchTest, MovesOfSomebodyElseAreThatSlotsErrorAlone) {
  const auto batch = Open(2, 2);
  batch->Reset(Seeds({1, 2}));
  v1::StepSlots request = Advised(2);
  request.mutable_slots(0)->mutable_moves()->add_agents()->set_agent("nimbus");
  const v1::EnvironmentReply reply = batch->Step(request);
  EXPECT_THAT(reply.error(), HasSubstr("slot 0: moves of nimbus"));
  ASSERT_THAT(reply.slots(), SizeIs(2));
  EXPECT_GT(reply.slots(1).turns().quarter(), reply.slots(0).turns().quarter());
}

}  // namespace
}  // namespace tranche
