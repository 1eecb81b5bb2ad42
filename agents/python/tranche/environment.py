"""Batches of runs for those who train policies: observe, act, reward, reset by seed.

`Market` is in the style of PettingZoo's parallel environments, with a batch axis: every array has one
row a run. A step is a quarter. The agents that learn are played from outside; all others, and the
answers to later rounds' mail, are their built-in strategies'. What an action does is an adjustment of
what the agent's own strategy advises, so that an action of zeros plays the built-in strategy and a
policy learns how to do better:

    from tranche.environment import Market

    with Market("deploy/scenarios/duopoly.textproto", agents=["aurora"], size=16) as market:
        observations, infos = market.reset(seed=1)
        while market.agents:
            actions = {agent: policy(observations[agent]) for agent in market.agents}
            observations, rewards, terminations, truncations, infos = market.step(actions)

Who wants the messages themselves uses `Batch`, which hands out turns and takes moves as they are on the
wire. Runs are played by `tranche environment`, a process of its own. Needs Debian's python3-numpy beside
the packages that strategies need.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tranche import adjustments, features
from tranche.v1 import broker_pb2, environment_pb2, types_pb2, view_pb2

Array = NDArray[np.float64]


class MarketError(Exception):
    """The program that plays the runs says what is wrong, or is no more."""


def find_program() -> str:
    """The `tranche` program: $TRANCHE if that is set, else the one on PATH."""
    program = os.environ.get("TRANCHE") or shutil.which("tranche")
    if program is None:
        raise MarketError("no tranche program: install it, or name it in $TRANCHE")
    return program


class _Closing(ABC):
    """What is closed at the end of a `with`."""

    @abstractmethod
    def close(self) -> None:
        """Ends the runs. Idempotent."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Batch(_Closing):
    """A batch of runs at the level of the wire: turns out, moves in."""

    def __init__(
        self,
        scenario: str,
        agents: Sequence[str],
        size: int = 1,
        *,
        strategies: Sequence[str] = (),
        every_round: bool = False,
        metrics: Sequence[str] = (),
        digests: bool = False,
        threads: int = 0,
        plugins: Sequence[str] = (),
        program: str | None = None,
    ) -> None:
        """Opens `size` runs of `scenario`, a path, in which `agents` are played from outside.

        `strategies` are as `tranche run --strategy` takes them; `every_round`: hand out every round in
        which an agent from outside is asked, not only a quarter's first; `metrics` are patterns of those
        that states tell, as NAME or NAME:SUBJECT; `digests`: states tell the run's digest, which costs
        time; `threads`, 0: as many as there are processors; `plugins`: libraries with strategies of
        yours in C++, for the agents that play them; `program`: the `tranche` that plays. Raises
        MarketError.
        """
        self.size = size
        # A Ctrl-C at the terminal is ours to handle; the program ends when its input does.
        self._process = subprocess.Popen(
            [
                program or find_program(),
                "environment",
                *(argument for plugin in plugins for argument in ("--plugin", plugin)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
        )
        request = environment_pb2.EnvironmentRequest()
        opening = request.open
        opening.scenario = scenario
        opening.agents.extend(agents)
        opening.strategies.extend(strategies)
        opening.size = size
        opening.every_round = every_round
        opening.metrics.extend(metrics)
        opening.digests = digests
        opening.threads = threads
        try:
            self._ask(request)
        except BaseException:
            self.close()
            raise

    def reset(self, seeds: Mapping[int, int]) -> list[environment_pb2.SlotState]:
        """Starts a run in each slot of `seeds`, with its seed; the states of those slots."""
        request = environment_pb2.EnvironmentRequest()
        request.reset.SetInParent()
        for slot, seed in seeds.items():
            request.reset.slots.add(slot=slot, seed=seed)
        return self._ask(request)

    def step(
        self, moves: Mapping[int, broker_pb2.Moves | None]
    ) -> list[environment_pb2.SlotState]:
        """Makes the moves of each slot, None: its advice; the states of those slots.

        An agent that the moves leave out passes. A slot that is over stays as it is.
        """
        request = environment_pb2.EnvironmentRequest()
        request.step.SetInParent()
        for slot, mine in moves.items():
            entry = request.step.slots.add(slot=slot)
            if mine is not None:
                entry.moves.CopyFrom(mine)
        return self._ask(request)

    def close(self) -> None:
        """Ends the runs. Idempotent."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, request: environment_pb2.EnvironmentRequest) -> list[environment_pb2.SlotState]:
        if self._process.stdin is None or self._process.stdin.closed:
            raise MarketError("the batch is closed")
        data = request.SerializeToString()
        try:
            self._process.stdin.write(_varint(len(data)) + data)
            self._process.stdin.flush()
            reply = environment_pb2.EnvironmentReply.FromString(self._read_reply())
        except (BrokenPipeError, EOFError) as error:
            raise MarketError(f"tranche environment {_describe(self._process.wait())}") from error
        if reply.error:
            raise MarketError(reply.error)
        return list(reply.slots)

    def _read_reply(self) -> bytes:
        size = 0
        for shift in range(0, 35, 7):
            byte = self._read(1)[0]
            size |= (byte & 0x7F) << shift
            if byte < 0x80:
                return self._read(size)
        raise EOFError("no length stands before the reply")

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        if len(data) < size:
            raise EOFError
        return data


def _varint(value: int) -> bytes:
    """A number as protobuf writes the length of a delimited message."""
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _describe(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"has ended with code {code}"


@dataclass(frozen=True)
class Box:
    """A space of vectors between two bounds, as far as Gymnasium's `Box` is needed here."""

    low: float
    high: float
    shape: tuple[int, ...]

    def sample(self, random: np.random.Generator) -> Array:
        """A uniform draw from a bounded space."""
        return random.uniform(self.low, self.high, self.shape)

    def contains(self, value: Array) -> bool:
        """Whether a value, or every row of a batch of them, lies in the space."""
        fits = value.shape[-len(self.shape) :] == self.shape
        return fits and bool(np.all((value >= self.low) & (value <= self.high)))


#: The reward of a quarter, from an agent's view at its opening and at its end; None: it has left the
#: market.
Reward = Callable[[view_pb2.AgentView, view_pb2.AgentView | None], float]


class Market(_Closing):
    """A batch of runs as vectors: see the module's text."""

    metadata: Mapping[str, Any] = {"name": "tranche", "is_parallelizable": True}

    def __init__(
        self,
        scenario: str,
        agents: Sequence[str],
        size: int = 1,
        *,
        reward: Reward | Mapping[str, Reward] | None = None,
        strategies: Sequence[str] = (),
        metrics: Sequence[str] = (),
        digests: bool = False,
        threads: int = 0,
        plugins: Sequence[str] = (),
        program: str | None = None,
    ) -> None:
        """`reward`: one for all agents or one for each; left out, `features.net_income`. The rest is as
        for `Batch`."""
        self.possible_agents = list(agents)
        #: Those that still play in some run of the batch.
        self.agents: list[str] = []
        self.size = size
        rewards = reward if isinstance(reward, Mapping) else {a: reward for a in agents}
        self._rewards = {a: rewards.get(a) or features.net_income for a in agents}
        self._next_seed = 1
        # By run: what is asked, and the views of the agents that are in the market.
        self._states = [environment_pb2.SlotState() for _ in range(size)]
        self._views: list[dict[str, view_pb2.AgentView]] = [{} for _ in range(size)]
        self._batch = Batch(
            scenario, agents, size, strategies=strategies, metrics=metrics, digests=digests,
            threads=threads, plugins=plugins, program=program,
        )
        self._roles = self._learn_roles()

    def observation_space(self, agent: str) -> Box:
        """What an agent observes: `features.names(role)` says what each number is."""
        return Box(-np.inf, np.inf, (len(features.names(self._roles[agent])),))

    def action_space(self, agent: str) -> Box:
        """What an agent can do: `adjustments.names(role)` says what each number does."""
        return Box(-1.0, 1.0, (len(adjustments.names(self._roles[agent])),))

    def role(self, agent: str) -> str:
        """The agent's role, as "lab"."""
        return self._roles[agent]

    def reset(
        self, seed: int | Sequence[int] | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Array], dict[str, dict[str, Any]]]:
        """Starts every run anew: observations and infos, by agent.

        One seed is that of the first run, those after it count on; left out, they count on from the
        last ones, at first from 1. There are no `options`.
        """
        del options
        if seed is None:
            seed = self._next_seed
        seeds = [seed + i for i in range(self.size)] if isinstance(seed, int) else list(seed)
        if len(seeds) != self.size:
            raise ValueError(f"{len(seeds)} seeds for a batch of {self.size} runs")
        self._take(self._batch.reset(dict(enumerate(seeds))))
        self._next_seed = max(seeds) + 1
        self.agents = list(self.possible_agents)
        return self._observe_all(), {agent: {"seeds": seeds} for agent in self.agents}

    def step(
        self, actions: Mapping[str, Array]
    ) -> tuple[
        dict[str, Array],
        dict[str, Array],
        dict[str, NDArray[np.bool_]],
        dict[str, NDArray[np.bool_]],
        dict[str, dict[str, Any]],
    ]:
        """Plays a quarter of every run; an agent left out of `actions` plays its strategy.

        An action is an array of one row a run. Observations, rewards, terminations (the agent has left
        the market), truncations (the run has played all its quarters) and infos, by agent, with a row
        for each run. The rows of an agent that has left, and of a run that is over, are zero from then
        on. Infos have the `metrics` and `digests` that were asked for, by run. Raises KeyError,
        ValueError (an action of another shape, or one that is no number) and MarketError.
        """
        checked = {agent: self._check(agent, action) for agent, action in actions.items()}
        before = [{} if s.over else dict(v) for s, v in zip(self._states, self._views)]
        moves: dict[int, broker_pb2.Moves | None] = {
            slot: self._moves(slot, checked)
            for slot, state in enumerate(self._states)
            if not state.over
        }
        self._take(self._batch.step(moves))
        over = np.array([state.over for state in self._states])
        agents = self.possible_agents
        gone = {a: np.array([a not in views for views in self._views]) for a in agents}
        rewards = {
            a: np.array([self._reward(a, b, v) for b, v in zip(before, self._views)])
            for a in agents
        }
        self.agents = [a for a in agents if not np.all(gone[a] | over)]
        info = {"metrics": self.metrics, "digests": [s.digest for s in self._states]}
        return (
            self._observe_all(),
            rewards,
            gone,
            {a: over & ~gone[a] for a in agents},
            {a: dict(info) for a in agents},
        )

    def observe(self, agent: str) -> Array:
        """What the agent observes now, a row for each run."""
        rows = np.zeros((self.size, *self.observation_space(agent).shape))
        for slot, state in enumerate(self._states):
            view = self._views[slot].get(agent)
            if view is not None and not state.over:
                rows[slot] = features.observe(self._roles[agent], state.turns.public_view, view)
        return rows

    @property
    def metrics(self) -> list[dict[tuple[str, str], float]]:
        """By run, those asked for of the last quarter that closed, by name and subject."""
        return [
            {(metric.name, metric.subject): metric.value for metric in state.metrics}
            for state in self._states
        ]

    def close(self) -> None:
        """Ends the runs. Idempotent."""
        self._batch.close()

    def _learn_roles(self) -> dict[str, str]:
        state = self._batch.reset({0: 1})[0]
        return {
            profile.name: types_pb2.Role.Name(profile.role).removeprefix("ROLE_").lower()
            for profile in state.turns.public_view.agents
            if profile.name in self.possible_agents
        }

    def _take(self, states: Sequence[environment_pb2.SlotState]) -> None:
        for state in states:
            self._states[state.slot] = state
            if state.over:
                self._views[state.slot] = {view.agent: view for view in state.last_views}
            else:
                self._views[state.slot] = {turn.agent: turn.view for turn in state.turns.turns}

    def _check(self, agent: str, action: Array) -> Array:
        if agent not in self._roles:
            raise KeyError(f"{agent} isn't played from outside; those are {self.possible_agents}")
        checked = np.asarray(action, dtype=np.float64)
        shape = (self.size, *self.action_space(agent).shape)
        if checked.shape != shape:
            raise ValueError(f"an action of {agent} has the shape {shape}, not {checked.shape}")
        if not np.all(np.isfinite(checked)):
            raise ValueError(f"an action of {agent} holds what is no number")
        return np.clip(checked, -1.0, 1.0)

    def _moves(self, slot: int, actions: Mapping[str, Array]) -> broker_pb2.Moves | None:
        """None: the advice, as it is."""
        if not any(np.any(action[slot]) for action in actions.values()):
            return None
        moves = broker_pb2.Moves()
        moves.CopyFrom(self._states[slot].advice)
        for mine in moves.agents:
            if mine.agent in actions:
                adjustments.apply(self._roles[mine.agent], mine, actions[mine.agent][slot])
        return moves

    def _reward(
        self,
        agent: str,
        before: Mapping[str, view_pb2.AgentView],
        after: Mapping[str, view_pb2.AgentView],
    ) -> float:
        return self._rewards[agent](before[agent], after.get(agent)) if agent in before else 0.0

    def _observe_all(self) -> dict[str, Array]:
        return {agent: self.observe(agent) for agent in self.possible_agents}
