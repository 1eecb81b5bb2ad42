"""Tranche in Python: write a strategy, and have it play in a run.

The concepts and names are those of the C++ SDK (agents/strategy.h): `Strategy`, `TurnView`, `Actions`,
`RandomStream`. Messages are those of the wire contract, `tranche.v1`. Needs Debian's python3-grpcio and
python3-protobuf.
"""

import os

# We say ourselves why a broker can't be reached; gRPC would say it again at each attempt.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

from tranche.actions import Actions  # noqa: E402
from tranche.command import main  # noqa: E402
from tranche.randomness import RandomStream  # noqa: E402
from tranche.strategy import (  # noqa: E402
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
