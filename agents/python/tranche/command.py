"""The command line of a program that plays strategies: `python3 mine.py --connect ADDRESS AGENT...`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tranche.credentials import Credentials, CredentialsError
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
    parser.add_argument(
        "agents", nargs="*", metavar="AGENT",
        help="agents of the scenario to play [with --identity: those it names]",
    )
    parser.add_argument("--connect", metavar="ADDRESS", help="unix:PATH or HOST:PORT")
    protection = parser.add_mutually_exclusive_group()
    protection.add_argument(
        "--identity", metavar="FOLDER",
        help="over TCP: folder of the agents' certificate, see tranche cert",
    )
    protection.add_argument(
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


def _agents_to_play(named: Sequence[str], credentials: Credentials | None) -> Sequence[str]:
    """Those that are named, which the certificate must name too, or all of the certificate's."""
    if credentials is None:
        return named
    for agent in named:
        if agent not in credentials.agents:
            raise CredentialsError(
                f"the certificate in {credentials.folder} is that of "
                f"{', '.join(credentials.agents) or 'no agent'}: it can't play {agent}"
            )
    if not credentials.agents:
        raise CredentialsError(f"{credentials.folder}/tls.crt isn't an agent's certificate")
    return named or credentials.agents


def main(arguments: Sequence[str] | None = None) -> None:
    """Plays what the command line says, with the strategies registered so far, and exits."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.list:
        _list_strategies()
        sys.exit(_EXIT_OK)
    over_tcp = options.connect is not None and not options.connect.startswith("unix:")
    if options.connect is None or not (options.agents or (over_tcp and options.identity)):
        parser.error("name the agents to play, and where the broker serves with --connect")
    if over_tcp and not (options.identity or options.insecure):
        parser.error(
            "over TCP, --identity FOLDER says who plays, with a certificate of tranche cert; without "
            "encryption and proof it goes with --insecure"
        )
    try:
        credentials = Credentials.load(options.identity) if over_tcp and options.identity else None
        agents = _agents_to_play(options.agents, credentials)
        play(
            Role(
                options.connect, agents,
                patience_seconds=options.patience, credentials=credentials,
            )
        )
    except RunStopped:
        sys.exit(_EXIT_STOPPED)
    except (CredentialsError, Refused, ContractError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        sys.exit(_EXIT_USAGE)
    except BrokerLost as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        sys.exit(_EXIT_RUN_FAILED)
    except KeyboardInterrupt:
        sys.exit(_EXIT_STOPPED)
    sys.exit(_EXIT_OK)
