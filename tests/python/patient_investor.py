"""The twin of agents/strategies/patient_investor.cc: the same moves, to the letter."""

from __future__ import annotations

from tranche import Actions, Strategy, StrategyContext, TurnView, main, strategy
from tranche.v1 import messages_pb2, types_pb2


@strategy(
    "patient-investor",
    role="investor",
    summary="Takes a little of every round, some quarters after it is asked.",
    parameters={"patience_quarters": 0, "ticket_percent": 5},
)
class PatientInvestor(Strategy):
    def __init__(self, context: StrategyContext) -> None:
        super().__init__(context)
        self._patience_quarters = int(context.parameters["patience_quarters"])
        self._ticket_percent = int(context.parameters["ticket_percent"])
        self._asks: list[tuple[messages_pb2.Message, int]] = []

    def on_turn(self, view: TurnView, actions: Actions) -> None:
        for message in view.inbox:
            if message.HasField("funding_ask"):
                self._asks.append((message, view.quarter))
            if message.counter_offer.HasField("funding"):
                self._answer(message, actions)
        if view.round != 1:
            return
        due = [ask for ask, heard in self._asks if view.quarter - heard >= self._patience_quarters]
        self._asks = [(a, h) for a, h in self._asks if view.quarter - h < self._patience_quarters]
        for ask in due:
            self._offer(ask, view, actions)

    def _offer(self, message: messages_pb2.Message, view: TurnView, actions: Actions) -> None:
        """A ticket of what can be invested, at a haggled price."""
        ask = message.funding_ask
        investable = max(view.own.investor.investable_cents, 0)
        ticket = min(ask.amount_sought_cents // 10, investable // 100 * self._ticket_percent)
        if ticket <= 0 or ask.pre_money_cents <= 0:
            return
        discount = actions.random.uniform_int(11)
        sheet = actions.reply(message).term_sheet
        terms = sheet.terms
        terms.instrument = types_pb2.INSTRUMENT_PREFERRED_EQUITY
        terms.amount_cents = ticket
        terms.pre_money_cents = ask.pre_money_cents // 100 * (100 - discount)
        terms.liquidation_preference_bp = 10_000
        terms.pro_rata_right = True
        terms.information_right = True
        terms.outside_quarter = view.quarter + 4
        tranche = terms.tranches.add(amount_cents=ticket, expires_quarter=view.quarter + 4)
        tranche.condition.clearance = True
        sheet.valid_through_quarter = view.quarter + 1

    def _answer(self, counter: messages_pb2.Message, actions: Actions) -> None:
        """Takes a counter-offer of a plain investment as often as not."""
        if actions.random.bernoulli(0.5):
            actions.accept(counter, "Fair enough.")
        else:
            actions.refuse(counter, messages_pb2.Refusal.REASON_PRICE, "We would rather wait.")


if __name__ == "__main__":
    main()
