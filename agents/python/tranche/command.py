"""The command line of a program that plays strategies: `python3 mine.py --connect ADDRESS AGENT...`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tranche.host import ContractError
from tranche.session import BrokerLost, Refused, Role, RunStopped, play
from tranche.strategy import registered_strategies

_EXIT_OK = 0
_EXIT_RUN_FAILED = 1
_EXIT_USAGE = 2
_EXIT_STOPPED = 6


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Play agents of a run that is served elsewhere.",
        epilog="Exit codes: 0 run completed, 1 no broker or lost it, 2 the broker refuses, "
        "6 run stopped",
    )
    parser.add_argument("agents", nargs="*", metavar="AGENT", help="agents of the scenario to play")
    parser.add_argument("--connect", metavar="ADDRESS", help="unix:PATH or HOST:PORT")
    parser.add_argument(
        "--insecure", action="store_true", help="talk over TCP without encryption"
    )
    parser.add_argument(
        "--patience", type=float, default=60, metavar="SECONDS",
        help="how long to wait for a broker that can't be reached or is lost [60]",
    )
    parser.add_argument("--list", action="store_true", help="list the strategies there are here")
    return parser


def _list_strategies() -> None:
    for info in registered_strategies():
        print(f"{info.name} ({info.role})\n  {info.summary}")
        for name, value in info.parameters.items():
            print(f"    {name} = {value:g}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Plays what the command line says, with the strategies registered so far, and exits."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.list:
        _list_strategies()
        sys.exit(_EXIT_OK)
    if not options.agents or options.connect is None:
        parser.error("name the agents to play, and where the broker serves with --connect")
    if not options.connect.startswith("unix:") and not options.insecure:
        parser.error("a TCP address needs --insecure: this program has no certificates")
    try:
        play(Role(options.connect, options.agents, patience_seconds=options.patience))
    except RunStopped:
        sys.exit(_EXIT_STOPPED)
    except (Refused, ContractError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        sys.exit(_EXIT_USAGE)
    except BrokerLost as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        sys.exit(_EXIT_RUN_FAILED)
    except KeyboardInterrupt:
        sys.exit(_EXIT_STOPPED)
    sys.exit(_EXIT_OK)
