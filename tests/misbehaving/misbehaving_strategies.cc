// Strategies that do what none should, each in one way, for the test that says it hurts only them.
// Linked with the command into a program of its own.

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agents/strategy.h"
#include "google/protobuf/descriptor.h"

namespace tranche {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Quarters since the run's first.
int32_t Age(const TurnView& view) { return view.quarter - view.market.first_quarter(); }

class ThrowingInvestor : public Strategy {
 public:
  explicit ThrowingInvestor(const StrategyContext& /*context*/) {}
  void OnTurn(const TurnView& view, Actions& actions) override {
    actions.Tell().mutable_note()->set_text("this must not get out");
    if (Age(view) % 2 == 1) throw std::out_of_range("no such lab: \xFF");
    if (Age(view) == 2) throw 42;  // NOLINT(hicpp-exception-baseclass)
  }
};
TRANCHE_REGISTER_STRATEGY(ThrowingInvestor, "throwing-investor", v1::ROLE_INVESTOR,
                          "Throws in every other quarter.");

class UnmakeableInvestor : public Strategy {
 public:
  explicit UnmakeableInvestor(const StrategyContext& /*context*/) {
    throw std::runtime_error("I can't be made");
  }
  void OnTurn(const TurnView& /*view*/, Actions& /*actions*/) override {}
};
TRANCHE_REGISTER_STRATEGY(UnmakeableInvestor, "unmakeable-investor", v1::ROLE_INVESTOR,
                          "Throws before it plays.");

class LoopingInvestor : public Strategy {
 public:
  explicit LoopingInvestor(const StrategyContext& /*context*/) {}
  void OnTurn(const TurnView& view, Actions& /*actions*/) override {
    while (Age(view) >= 6) pause();
  }
};
TRANCHE_REGISTER_STRATEGY(LoopingInvestor, "looping-investor", v1::ROLE_INVESTOR,
                          "Never comes back from its turn in the seventh quarter.");

class LeakingInvestor : public Strategy {
 public:
  explicit LeakingInvestor(const StrategyContext& /*context*/) {}
  void OnTurn(const TurnView& /*view*/, Actions& actions) override {
    constexpr size_t kBytes = size_t{128} << 20;
    char* leaked = new char[kBytes];
    std::fill_n(leaked, kBytes, 'x');
    kept_.push_back(leaked);
    actions.Tell().mutable_note()->set_text(absl::StrCat(kept_.size(), " leaks"));
  }

 private:
  std::vector<char*> kept_;
};
TRANCHE_REGISTER_STRATEGY(LeakingInvestor, "leaking-investor", v1::ROLE_INVESTOR,
                          "Takes 128 MB a turn and gives none back.");

class CrashingInvestor : public Strategy {
 public:
  explicit CrashingInvestor(const StrategyContext& /*context*/) {}
  void OnTurn(const TurnView& view, Actions& /*actions*/) override {
    if (Age(view) >= 2) _exit(9);
  }
};
TRANCHE_REGISTER_STRATEGY(CrashingInvestor, "crashing-investor", v1::ROLE_INVESTOR,
                          "Takes its process with it in the third quarter.");

// Speaks in others' names and roles, in others' threads, of figures that aren't its own.
class LyingInvestor : public Strategy {
 public:
  explicit LyingInvestor(const StrategyContext& context) : agent_(context.agent) {}
  void OnTurn(const TurnView& view, Actions& actions) override {
    const std::string& lab = view.market.labs(0).lab();
    v1::Message& forged = actions.Send(lab, absl::StrCat(lab, "/round-2026Q1"));
    forged.set_sender("market");
    forged.set_id(1);
    forged.set_quarter(view.quarter + 5);
    forged.mutable_deal_signed()->set_deal(absl::StrCat(lab, "/round-2026Q1/", agent_));
    v1::Message& ruling = actions.Send(lab, absl::StrCat(lab, "/round-2026Q1"));
    ruling.mutable_decision()->set_outcome(v1::Decision::OUTCOME_PROHIBIT);
    v1::PriceList::Item& price = *actions.Tell().mutable_price_list()->add_items();
    price.set_segment(v1::SEGMENT_CONSUMERS);
    price.set_price_micros_per_mtok(1);
    // An agreement to what nobody has offered, and money that isn't there.
    v1::Message& yes = actions.Send(lab, absl::StrCat(lab, "/round-2026Q1"));
    yes.set_in_reply_to(1);
    yes.mutable_acceptance();
    v1::Message& offer = actions.Send(lab, absl::StrCat(lab, "/round-2026Q1"));
    offer.set_in_reply_to(2);
    offer.mutable_term_sheet()->mutable_terms()->set_amount_cents(INT64_MAX);
  }

 private:
  std::string agent_;
};
TRANCHE_REGISTER_STRATEGY(LyingInvestor, "lying-investor", v1::ROLE_INVESTOR,
                          "Says what isn't so, in the name of others.");

class FloodingInvestor : public Strategy {
 public:
  explicit FloodingInvestor(const StrategyContext& /*context*/) {}
  void OnTurn(const TurnView& view, Actions& actions) override {
    // In one quarter: the log keeps what the rules let through.
    if (Age(view) != 1) return;
    for (int i = 0; i < 200'000; ++i) actions.Tell().mutable_note()->set_text("more");
  }
};
TRANCHE_REGISTER_STRATEGY(FloodingInvestor, "flooding-investor", v1::ROLE_INVESTOR,
                          "Makes 200,000 moves a turn.");

// Messages of every kind, filled with anything their fields can hold.
class BabblingInvestor : public Strategy {
 public:
  explicit BabblingInvestor(const StrategyContext& /*context*/) {}
  void OnTurn(const TurnView& view, Actions& actions) override {
    const google::protobuf::OneofDescriptor& bodies = *v1::Message::GetDescriptor()->oneof_decl(0);
    for (int i = 0; i < bodies.field_count(); ++i) {
      v1::Message& message = actions.Send(view.market.labs(0).lab(), actions.Thread("talk"));
      message.set_in_reply_to(actions.random().UniformInt(100));
      Fill(*message.GetReflection()->MutableMessage(&message, bodies.field(i)), actions.random());
    }
    actions.Tell().mutable_note()->set_text("\xC3\x28 no text \xFF\xFE");
    actions.Tell().mutable_note()->set_text(std::string(3'000'000, 'x'));
    actions.Send("nobody", "\xF0\x9F").mutable_note();
    actions.Tell();  // without a body
  }

 private:
  static void Fill(Message& message, RandomStream& random, int depth = 0) {
    const Reflection& reflection = *message.GetReflection();
    const Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* field = type.field(i);
      if (field->is_repeated() || depth > 5) continue;
      const auto bits = static_cast<int64_t>(random.NextU64());
      switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
          reflection.SetInt32(&message, field, static_cast<int32_t>(bits));
          break;
        case FieldDescriptor::CPPTYPE_INT64:
          reflection.SetInt64(&message, field, bits);
          break;
        case FieldDescriptor::CPPTYPE_UINT32:
          reflection.SetUInt32(&message, field, static_cast<uint32_t>(bits));
          break;
        case FieldDescriptor::CPPTYPE_STRING:
          reflection.SetString(&message, field, "\xFF?");
          break;
        case FieldDescriptor::CPPTYPE_MESSAGE:
          Fill(*reflection.MutableMessage(&message, field), random, depth + 1);
          break;
        default:
          break;
      }
    }
  }
};
TRANCHE_REGISTER_STRATEGY(BabblingInvestor, "babbling-investor", v1::ROLE_INVESTOR,
                          "Sends messages of every kind, filled with nonsense.");

}  // namespace
}  // namespace tranche
