"""How an agent decides. A strategy is one class, registered under a name:

    from tranche import Actions, Strategy, TurnView, main, strategy

    @strategy("patient-investor", role="investor", summary="Waits for the second price.",
              parameters={"patience_quarters": 2})
    class PatientInvestor(Strategy):
        def on_turn(self, view: TurnView, actions: Actions) -> None:
            ...

    if __name__ == "__main__":
        main()

The names are those of agents/strategy.h, in Python's spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tranche.actions import Actions
from tranche.v1 import messages_pb2, types_pb2, view_pb2

#: What a strategy's name begins with in a run whose broker doesn't register it.
EXTERNAL = "external:"

ROLES: Mapping[str, int] = {
    "lab": types_pb2.ROLE_LAB,
    "cloud": types_pb2.ROLE_CLOUD,
    "investor": types_pb2.ROLE_INVESTOR,
    "regulator": types_pb2.ROLE_REGULATOR,
}


@dataclass(frozen=True)
class TurnView:
    """What a strategy is told in a turn."""

    #: The market as everybody sees it; the same for the whole quarter.
    market: view_pb2.PublicView
    #: The agent's own view, taken at the quarter's opening; the same for the whole quarter.
    own: view_pb2.AgentView
    #: Messages to the agent since its last turn, in delivery order.
    inbox: Sequence[messages_pb2.Message]
    #: year * 4 + quarter - 1.
    quarter: int
    #: From 1. After the first round an agent is asked only when it has mail.
    round: int


@dataclass(frozen=True)
class StrategyContext:
    """What a strategy knows of itself from the start."""

    agent: str
    role: str
    #: The values it was given, over its registered defaults.
    parameters: Mapping[str, float]


class Strategy:
    """One agent's way of playing. Lives for one run; may keep state between turns, but does no
    input or output and has no randomness but `actions.random`."""

    def __init__(self, context: StrategyContext) -> None:
        self.context = context

    def on_turn(self, view: TurnView, actions: Actions) -> None:
        """Called once a turn. What it does through `actions` is sent when it returns."""
        raise NotImplementedError


@dataclass(frozen=True)
class StrategyInfo:
    """A registered strategy."""

    name: str
    role: str
    summary: str
    parameters: Mapping[str, float]
    make: Callable[[StrategyContext], Strategy] = field(repr=False)

    def resolve(self, given: Mapping[str, float]) -> dict[str, float]:
        """`given` over the defaults. Raises ValueError on a name that isn't the strategy's."""
        for name in given:
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                raise ValueError(f'strategy "{self.name}" has no parameter "{name}"; it has: {known}')
        return {**self.parameters, **given}


_registry: dict[str, StrategyInfo] = {}

_S = TypeVar("_S", bound=type[Strategy])


def strategy(
    name: str, *, role: str, summary: str = "", parameters: Mapping[str, float] | None = None
) -> Callable[[_S], _S]:
    """Registers a class as the strategy `name` for agents of `role`.

    Raises ValueError on a role there isn't, on a name that is taken, and on one that a run can't have:
    names are of lower case letters, digits and hyphens.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise ValueError(f'"{name}" can\'t name a strategy: use lower case letters, digits and hyphens')
    if role not in ROLES:
        raise ValueError(f'strategy "{name}": "{role}" is no role; there are: {", ".join(ROLES)}')
    if name in _registry:
        raise ValueError(f'two strategies have the name "{name}"')

    def register(cls: _S) -> _S:
        defaults = {key: float(value) for key, value in (parameters or {}).items()}
        _registry[name] = StrategyInfo(name, role, summary, defaults, cls)
        return cls

    return register


def registered_strategies() -> list[StrategyInfo]:
    """All registered strategies, by name."""
    return [_registry[name] for name in sorted(_registry)]


def find_strategy(name: str) -> StrategyInfo | None:
    """The strategy of this name. An external name, as "external:patient-investor", stands for the
    registered one."""
    return _registry.get(name.removeprefix(EXTERNAL))
