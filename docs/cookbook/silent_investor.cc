// An investor that wants a share and no say: it plays as strategic-investor does, asks for no place
// at the board and no early access, and promises a firewall, which is what regulators ask of
// others.

#include <memory>
#include <utility>

#include "agents/moves_of.h"
#include "agents/strategy.h"

namespace tranche {
namespace {

class SilentInvestor : public Strategy {
 public:
  explicit SilentInvestor(const StrategyContext& context)
      : base_(StrategyNamed("strategic-investor", context)) {}

  void OnTurn(const TurnView& view, Actions& actions) override {
    for (v1::Message& move : MovesOf(*base_, view, actions)) {
      if (move.has_term_sheet()) Silence(*move.mutable_term_sheet()->mutable_terms());
      if (move.counter_offer().has_funding()) {
        Silence(*move.mutable_counter_offer()->mutable_funding());
      }
      actions.Tell() = std::move(move);
    }
  }

 private:
  static void Silence(v1::FundingTerms& terms) {
    terms.set_board_right(v1::BOARD_RIGHT_NONE);
    terms.set_early_access(false);
    terms.set_firewall(true);
  }

  std::unique_ptr<Strategy> base_;
};

TRANCHE_REGISTER_STRATEGY(SilentInvestor, "silent-investor", v1::ROLE_INVESTOR,
                          "Plays as strategic-investor, without a say and behind a firewall.");

}  // namespace
}  // namespace tranche
