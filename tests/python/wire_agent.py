"""A program that speaks the wire without Tranche's package, but for the messages: it passes every turn, and
does wrong what its first argument says.

    wire_agent.py WAY --connect ADDRESS AGENT
"""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Iterator

import grpc

from tranche.v1 import broker_pb2


class Lost(Exception):
    """The session is gone."""


def play_session(way: str, address: str, agent: str) -> None:
    outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def requests() -> Iterator[bytes]:
        while (frame := outbox.get()) is not None:
            yield frame

    def send(**message: object) -> None:
        outbox.put(broker_pb2.ToBroker(**message).SerializeToString())

    join = broker_pb2.Join(protocol="tranche.v0" if way == "old" else "tranche.v1")
    join.agents.add(agent="aurora" if way == "as-another" else agent)
    send(join=join)
    with grpc.insecure_channel(address) as channel:
        session = channel.stream_stream(
            "/tranche.v1.Broker/Session",
            request_serializer=None,
            response_deserializer=broker_pb2.ToAgent.FromString,
        )
        try:
            for message in session(requests()):
                if message.HasField("run_over"):
                    outbox.put(None)
                    return
                turns = message.turns
                if not message.HasField("turns") or (turns.replay and way != "answers-replays"):
                    continue
                moves = broker_pb2.Moves(quarter=turns.quarter, round=turns.round)
                for turn in turns.turns:
                    moves.agents.add(agent=turn.agent)
                if way == "garbles":
                    outbox.put(b"\xff\xff\xff")
                    continue
                if way == "wrong-round":
                    moves.round += 1
                if way == "twice":
                    send(moves=moves)
                send(moves=moves)
        except grpc.RpcError as error:
            print(f"lost: {error.code().name} {error.details()}", file=sys.stderr, flush=True)
            outbox.put(None)
            raise Lost from error


def main() -> None:
    way, _, address, agent = sys.argv[1:]
    if way == "absent":
        time.sleep(60)
    while True:
        try:
            play_session(way, address, agent)
            break
        except Lost:
            if way == "gives-up":
                sys.exit(4)
            if way == "stays-away":
                time.sleep(60)
            time.sleep(0.05)
    if way == "lingers":
        time.sleep(60)
    sys.exit(5 if way == "ends-badly" else 0)


if __name__ == "__main__":
    main()
