"""Plays agents of a run that is served elsewhere, over gRPC: what `tranche agent` does, in Python."""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import grpc

from tranche.credentials import BROKER_HOST_NAME, Credentials, WrongBroker, diagnose
from tranche.host import AgentHost, ContractError
from tranche.v1 import broker_pb2, log_pb2

PROTOCOL = "tranche.v1"

# A session that ended so was lost, rather than refused or over.
_LOSSES = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.INTERNAL,
    }
)
_LONGEST_PAUSE_SECONDS = 1.0
_DIAGNOSIS_SECONDS = 2.0


class RunStopped(Exception):
    """The run was stopped before its end."""


class Refused(Exception):
    """The broker refuses the session; the text says what to fix."""


class BrokerLost(Exception):
    """No broker answered, or it went away and didn't come back in time."""


@dataclass(frozen=True)
class Role:
    """Which agents to play, and where."""

    #: unix:PATH or HOST:PORT.
    address: str
    agents: Sequence[str]
    #: By agent, the strategy the run must have it play; left out: the run's.
    strategies: Mapping[str, str] = field(default_factory=dict)
    #: How long a broker that can't be reached, or is lost, is waited for.
    patience_seconds: float = 60
    #: None: without encryption, for a Unix socket or with an `--insecure` typed out.
    credentials: Credentials | None = None
    max_message_bytes: int = 64 << 20
    #: How often a silent connection is asked whether it lives.
    keepalive_seconds: float = 10


def _open_channel(role: Role) -> grpc.Channel:
    options = [
        ("grpc.max_receive_message_length", -1),
        ("grpc.max_send_message_length", role.max_message_bytes),
        ("grpc.initial_reconnect_backoff_ms", 50),
        ("grpc.min_reconnect_backoff_ms", 50),
        ("grpc.max_reconnect_backoff_ms", 1000),
        ("grpc.keepalive_time_ms", int(1000 * role.keepalive_seconds)),
        ("grpc.keepalive_timeout_ms", int(1000 * role.keepalive_seconds)),
        ("grpc.http2.max_pings_without_data", 0),
    ]
    if role.credentials is None:
        return grpc.insecure_channel(role.address, options=options)
    options.append(("grpc.ssl_target_name_override", BROKER_HOST_NAME))
    return grpc.secure_channel(
        role.address, role.credentials.channel_credentials(), options=options
    )


def _report_failure(agent: str, trace: str) -> None:
    print(f"{agent}: the strategy raised, and {agent} passes:\n{trace}", file=sys.stderr, flush=True)


class _Session:
    """One session, from the join to the end of the stream."""

    def __init__(self, channel: grpc.Channel, role: Role) -> None:
        self._outbox: queue.SimpleQueue[broker_pb2.ToBroker | None] = queue.SimpleQueue()
        self._host: AgentHost | None = None
        join = broker_pb2.Join(protocol=PROTOCOL)
        for agent in role.agents:
            join.agents.add(agent=agent, strategy=role.strategies.get(agent, ""))
        self._outbox.put(broker_pb2.ToBroker(join=join))
        call = channel.stream_stream(
            "/tranche.v1.Broker/Session",
            request_serializer=broker_pb2.ToBroker.SerializeToString,
            response_deserializer=broker_pb2.ToAgent.FromString,
        )
        self._stream = call(self._requests())

    @property
    def welcomed(self) -> bool:
        return self._host is not None

    def play(self) -> str:
        """Plays to the run's end and returns its digest. Raises grpc.RpcError, RunStopped and
        ContractError."""
        digest: str | None = None
        try:
            for message in self._stream:
                kind = message.WhichOneof("message")
                if kind == "welcome":
                    self._host = AgentHost(message.welcome, _report_failure)
                elif kind == "turns":
                    self._answer(message.turns)
                elif kind == "run_over":
                    if message.run_over.reason != log_pb2.RunEnded.REASON_COMPLETED:
                        raise RunStopped("the run was stopped")
                    digest = message.run_over.digest
                    # Closes our side of the stream: so the broker knows that we have heard.
                    self._outbox.put(None)
                else:
                    raise ContractError("the broker sent a message that this release doesn't know")
        except grpc.RpcError:
            # What happens to the stream after the run is over doesn't matter any more.
            if digest is None:
                raise
        finally:
            self._outbox.put(None)
            self._stream.cancel()
        if digest is None:
            raise BrokerLost("the broker ended the session")
        return digest

    def _answer(self, turns: broker_pb2.Turns) -> None:
        if self._host is None:
            raise ContractError("the broker asks before it has welcomed")
        moves = self._host.play(turns)
        if moves is not None:
            self._outbox.put(broker_pb2.ToBroker(moves=moves))

    def _requests(self) -> Iterator[broker_pb2.ToBroker]:
        while (message := self._outbox.get()) is not None:
            yield message


class _Patience:
    """How much longer a broker is waited for, and how often it is tried."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._pause = 0.0

    def wait_for(self, channel: grpc.Channel, diagnose: Callable[[], None]) -> bool:
        """Waits until `channel` is connected. False: the patience is at an end.

        While it isn't, `diagnose` is called now and then, and raises if waiting is of no use.
        """
        # A broker that can be reached but ends sessions at once isn't hammered.
        time.sleep(max(0.0, min(self._pause, self._left())))
        self._pause = min(max(2 * self._pause, 0.02), _LONGEST_PAUSE_SECONDS)
        ready = grpc.channel_ready_future(channel)
        try:
            while self._left() > 0:
                try:
                    ready.result(timeout=min(self._left(), _DIAGNOSIS_SECONDS))
                    return True
                except grpc.FutureTimeoutError:
                    diagnose()
        finally:
            ready.cancel()
        return False

    def _left(self) -> float:
        return self._deadline - time.monotonic()


def play(role: Role) -> str:
    """Plays `role` until its run is over; returns the run's digest, in hexadecimal.

    A broker that is lost is waited for: the session is joined again, and the strategies are brought up
    to date from the log. Raises RunStopped, Refused, BrokerLost and ContractError.
    """
    names = ", ".join(role.agents)
    last_error = ""
    # Whether the broker may still take an earlier session of ours for alive.
    may_be_remembered = False
    has_played = False
    patience = _Patience(role.patience_seconds)

    def diagnose_broker() -> None:
        # A broker that has played with us is the right one, however its connections end.
        if role.credentials is None or has_played:
            return
        try:
            diagnose(role.address, role.credentials, _DIAGNOSIS_SECONDS)
        except WrongBroker as error:
            raise Refused(str(error)) from error

    with _open_channel(role) as channel:
        while patience.wait_for(channel, diagnose_broker):
            session = _Session(channel, role)
            try:
                return session.play()
            except BrokerLost as lost:
                last_error = str(lost)
            except grpc.RpcError as error:
                last_error = error.details() or error.code().name
                forgotten = not (
                    may_be_remembered and error.code() == grpc.StatusCode.ALREADY_EXISTS
                )
                if error.code() == grpc.StatusCode.ABORTED:
                    raise RunStopped(last_error) from error
                if error.code() not in _LOSSES and forgotten:
                    raise Refused(last_error) from error
            may_be_remembered = True
            has_played = has_played or session.welcomed
            if session.welcomed:
                print(
                    f"{names} lost the broker ({last_error}); waiting up to "
                    f"{role.patience_seconds:g} s for it",
                    file=sys.stderr,
                    flush=True,
                )
                patience = _Patience(role.patience_seconds)
    raise BrokerLost(
        f"no broker answered at {role.address} within {role.patience_seconds:g} s"
        + (f": {last_error}" if last_error else "")
    )
