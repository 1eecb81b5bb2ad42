"""From turns to moves: what stands between the wire and a strategy. Without input and output."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Sequence

from tranche.actions import Actions
from tranche.randomness import RandomStream, stream_key
from tranche.strategy import (
    Strategy,
    StrategyContext,
    TurnView,
    find_strategy,
    registered_strategies,
)
from tranche.v1 import broker_pb2, messages_pb2, view_pb2


class ContractError(Exception):
    """The broker broke the wire contract, or asks for a strategy that isn't here."""


def _inbox(turns: broker_pb2.Turns, turn: broker_pb2.Turn) -> Sequence[messages_pb2.Message]:
    """All messages to the turn's agent, in delivery order."""
    if not turn.mail:
        return turn.inbox
    own = iter(turn.inbox)
    try:
        return [turns.shared[place - 1] if place > 0 else next(own) for place in turn.mail]
    except (IndexError, StopIteration) as error:
        raise ContractError(f"the broker's mail for {turn.agent} isn't in the batch") from error


def _failure_text(error: Exception) -> str:
    """What the strategy raised, and the line of its file that led there: `ValueError in mine.py:7: …`."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    where = ""
    if frames:
        own = [frame for frame in frames if frame.filename == frames[0].filename]
        where = f" in {os.path.basename(own[-1].filename)}:{own[-1].lineno}"
    return f"{type(error).__name__}{where}: {error}"


class _Player:
    """One agent at play: its strategy and what it has been shown this quarter."""

    def __init__(self, agent: str, role: str, seed: int, strategy: Strategy) -> None:
        self.agent = agent
        self._seed = seed
        self._key = stream_key(f"agent/{agent}")
        self._strategy = strategy
        self.role = role
        self.quarter = -1
        self.market = view_pb2.PublicView()
        self.own = view_pb2.AgentView()

    def play(self, inbox: Sequence[messages_pb2.Message], round: int) -> Actions:
        actions = Actions(self.agent, RandomStream(self._seed, self._key, self.quarter, round))
        view = TurnView(self.market, self.own, inbox, self.quarter, round)
        self._strategy.on_turn(view, actions)
        return actions


class AgentHost:
    """The agents of one session. A new session needs a new host: strategies begin anew, and the
    broker's replayed turns bring them to where the run stands."""

    def __init__(
        self, welcome: broker_pb2.Welcome, on_failure: Callable[[str, str], None] | None = None
    ) -> None:
        """`on_failure(agent, traceback)` hears of a strategy that raised; its agent passes."""
        self._on_failure = on_failure
        self._players: dict[str, _Player] = {}
        for seat in welcome.agents:
            info = find_strategy(seat.strategy)
            if info is None:
                here = ", ".join(known.name for known in registered_strategies()) or "none"
                raise ContractError(
                    f'the run has {seat.agent} played by "{seat.strategy}", which this program '
                    f"doesn't register; it has: {here}"
                )
            given = {parameter.name: parameter.value for parameter in seat.parameters}
            try:
                parameters = info.resolve(given)
            except ValueError as error:
                raise ContractError(str(error)) from error
            context = StrategyContext(seat.agent, info.role, parameters)
            self._players[seat.agent] = _Player(
                seat.agent, info.role, welcome.seed, info.make(context)
            )

    def play(self, turns: broker_pb2.Turns) -> broker_pb2.Moves | None:
        """Plays a batch and returns the moves to send; None for a replayed batch."""
        moves = broker_pb2.Moves(quarter=turns.quarter, round=turns.round)
        for turn in turns.turns:
            player = self._players.get(turn.agent)
            if player is None:
                raise ContractError(f"the broker asks {turn.agent}, which isn't played here")
            if turns.round == 1:
                if not (turns.HasField("public_view") and turn.HasField("view")):
                    raise ContractError(f"the broker opens a quarter without views for {turn.agent}")
                if not turn.view.HasField(player.role):
                    raise ContractError(
                        f"{turn.agent} isn't a {player.role}, which its strategy plays"
                    )
                player.quarter = turns.quarter
                player.market = turns.public_view
                player.own = turn.view
            elif player.quarter != turns.quarter:
                raise ContractError(f"the broker asks {turn.agent} in a quarter without its views")
            inbox = _inbox(turns, turn)
            mine = moves.agents.add(agent=turn.agent)
            try:
                mine.messages.extend(player.play(inbox, turns.round).messages)
            except Exception as error:  # What a strategy does wrong is its own agent's loss alone.
                mine.failure = _failure_text(error)[:250]
                if self._on_failure is not None:
                    self._on_failure(turn.agent, traceback.format_exc())
        return None if turns.replay else moves
