"""Investors that do what none should, each in one way: for the test of what `agent check` finds."""

from __future__ import annotations

import os
import sys
import time

from tranche import Actions, Strategy, TurnView, main, strategy


def age(view: TurnView) -> int:
    """Quarters since the run's first."""
    return view.quarter - view.market.first_quarter


def say(actions: Actions, text: str) -> None:
    actions.tell().announcement.text = text


@strategy("raising-investor", role="investor", summary="Raises in the third quarter.")
class Raising(Strategy):
    def on_turn(self, view: TurnView, actions: Actions) -> None:
        if age(view) == 2:
            raise LookupError("no such lab")


@strategy("looping-investor", role="investor", summary="Never comes back in the third quarter.")
class Looping(Strategy):
    def on_turn(self, view: TurnView, actions: Actions) -> None:
        while age(view) == 2:
            time.sleep(1)


@strategy("slow-investor", role="investor", summary="Takes its time in the run's first turn.")
class Slow(Strategy):
    def on_turn(self, view: TurnView, actions: Actions) -> None:
        if age(view) == 0 and view.round == 1:
            time.sleep(0.4)


@strategy("babbling-investor", role="investor", summary="Says nothing, and that to itself.")
class Babbling(Strategy):
    def on_turn(self, view: TurnView, actions: Actions) -> None:
        actions.send([view.own.agent], actions.thread("talk"))


@strategy("flighty-investor", role="investor", summary="Says something else in each process.")
class Flighty(Strategy):
    def on_turn(self, view: TurnView, actions: Actions) -> None:
        say(actions, f"I am {os.getpid()}.")


@strategy("leaving-investor", role="investor", summary="Ends its program in the third quarter.")
class Leaving(Strategy):
    def on_turn(self, view: TurnView, actions: Actions) -> None:
        if age(view) == 2:
            print("I have had enough.", file=sys.stderr, flush=True)
            os._exit(3)


@strategy("remembering-investor", role="investor", summary="Counts all turns its program has had.")
class Remembering(Strategy):
    turns = 0

    def on_turn(self, view: TurnView, actions: Actions) -> None:
        Remembering.turns += 1
        say(actions, f"This is turn {Remembering.turns}.")


if __name__ == "__main__":
    main()
