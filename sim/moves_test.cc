#include "sim/moves.h"

#include <google/protobuf/descriptor.h>

#include "sim/testing/negotiation.h"

namespace tranche {
namespace {

class MovesTest : public NegotiationTest {
 protected:
  // An empty body of this kind.
  static v1::Message Body(const google::protobuf::FieldDescriptor* field) {
    v1::Message move;
    move.GetReflection()->MutableMessage(&move, field);
    return move;
  }
  static const google::protobuf::OneofDescriptor& Bodies() {
    return *v1::Message::descriptor()->FindOneofByName("body");
  }
};

TEST_F(MovesTest, OnlyTheMarketSaysWhatTheMarketSays) {
  int tried = 0;
  for (int i = 0; i < Bodies().field_count(); ++i) {
    const auto* field = Bodies().field(i);
    if (field->number() < 120) continue;
    for (absl::string_view agent : {"aurora", "nimbus", "harbor-fund", "us-antitrust"}) {
      EXPECT_EQ(Move(agent, {"borealis"}, "", Body(field)), "authority") << field->name();
      ++tried;
    }
  }
  EXPECT_EQ(tried, 4 * 24);
}

TEST_F(MovesTest, EveryOtherBodyHasSomebodyWhoMaySayIt) {
  for (int i = 0; i < Bodies().field_count(); ++i) {
    const auto* field = Bodies().field(i);
    if (field->number() >= 120) continue;
    int allowed = 0;
    for (absl::string_view agent : {"aurora", "nimbus", "harbor-fund", "us-antitrust"}) {
      world().moves_this_round.assign(world().moves_this_round.size(), 0);
      if (Move(agent, {}, "", Body(field), 1) != "authority") ++allowed;
    }
    EXPECT_GE(allowed, 1) << field->name();
  }
}

TEST_F(MovesTest, RolesKeepToWhatIsTheirs) {
  v1::Message move;
  move.mutable_decision();
  EXPECT_EQ(Move("aurora", {"nimbus"}, "", move), "authority");
  move.mutable_price_list();
  EXPECT_EQ(Move("nimbus", {}, "", move), "authority");
  move.mutable_build_order();
  EXPECT_EQ(Move("harbor-fund", {}, "", move), "authority");
  move.mutable_funding_ask();
  EXPECT_EQ(Move("us-antitrust", {"harbor-fund"}, "", move), "authority");
}

TEST_F(MovesTest, WhatIsSaidToTheMarketHasNoRecipients) {
  v1::Message move;
  move.mutable_price_list();
  EXPECT_EQ(Move("aurora", {"borealis"}, "", move), "recipients");
  move.mutable_term_sheet();
  EXPECT_EQ(Move("harbor-fund", {"aurora", "borealis"}, "aurora/c", move, 1), "recipients");
}

TEST_F(MovesTest, AnnouncementsAreKeptForThePublic) {
  v1::Message move;
  move.mutable_announcement()->set_text("We are hiring.");
  ASSERT_EQ(Move("aurora", {}, "", move), "");
  ASSERT_EQ(world().statements.size(), 1u);
  EXPECT_EQ(world().statements[0].agent(), "aurora");
  EXPECT_EQ(world().statements[0].text(), "We are hiring.");
}

TEST_F(MovesTest, EarlyAccessNeedsARun) {
  v1::Message move;
  move.mutable_early_access_grant()->set_run("none");
  EXPECT_EQ(Move("aurora", {"nimbus"}, "", move), "run");
}

}  // namespace
}  // namespace tranche
