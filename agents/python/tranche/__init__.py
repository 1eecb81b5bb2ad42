"""Tranche in Python: write a strategy, and have it play in a run.

The concepts and names are those of the C++ SDK (agents/strategy.h): `Strategy`, `TurnView`, `Actions`,
`RandomStream`. Messages are those of the wire contract, `tranche.v1`. Needs Debian's python3-grpcio and
python3-protobuf.
"""

from tranche.actions import Actions
from tranche.command import main
from tranche.randomness import RandomStream
from tranche.strategy import (
    Strategy,
    StrategyContext,
    StrategyInfo,
    TurnView,
    registered_strategies,
    strategy,
)

__all__ = [
    "Actions",
    "RandomStream",
    "Strategy",
    "StrategyContext",
    "StrategyInfo",
    "TurnView",
    "main",
    "registered_strategies",
    "strategy",
]
