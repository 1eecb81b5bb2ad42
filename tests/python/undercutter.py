"""A lab that only this program knows: sells to every segment a little below the cheapest rival."""

from __future__ import annotations

from tranche import Actions, Strategy, StrategyContext, TurnView, main, strategy


@strategy(
    "undercutter",
    role="lab",
    summary="Sells a little below the cheapest rival's list price.",
    parameters={"discount_percent": 1},
)
class Undercutter(Strategy):
    def __init__(self, context: StrategyContext) -> None:
        super().__init__(context)
        self._discount_percent = int(context.parameters["discount_percent"])

    def on_turn(self, view: TurnView, actions: Actions) -> None:
        if view.round != 1:
            return
        cheapest: dict[int, int] = {}
        for lab in view.market.labs:
            if lab.lab == view.own.agent:
                continue
            for price in lab.prices:
                known = cheapest.get(price.segment, price.price_micros_per_mtok)
                cheapest[price.segment] = min(known, price.price_micros_per_mtok)
        if not cheapest:
            return
        prices = actions.tell().price_list
        for segment, price in sorted(cheapest.items()):
            floor = view.own.lab.cost_micros_per_mtok
            wanted = price * (100 - self._discount_percent) // 100
            prices.items.add(segment=segment, price_micros_per_mtok=max(wanted, floor, 1))


if __name__ == "__main__":
    main()
