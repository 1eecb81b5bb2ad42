"""Learns how to run a lab better than its built-in strategy does, by the cross-entropy method.

A policy is a few numbers: by how much to adjust what the lab's strategy advises, the same in every
quarter (`tranche.adjustments` says what each does). The method (Rubinstein 1999, Methodology and Computing
in Applied Probability 1) draws policies from a normal distribution, plays each under the same seeds, and
moves the distribution to the best of them, generation by generation. The policy that comes of it is then
set against the built-in strategy under seeds that it hasn't seen, seed by seed:

    python3 -m tranche.examples.pricing deploy/scenarios/duopoly.textproto --agent aurora

All draws are seeded: the same command learns the same policy.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tranche import adjustments
from tranche.environment import Market

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Learned:
    """What came of a search."""

    #: By number of the action: the policy.
    policy: Array
    #: By generation, the mean return of its best policies.
    returns: list[float]


@dataclass(frozen=True)
class Comparison:
    """A policy against the built-in strategy under the same seeds."""

    built_in: Array  # returns, by seed
    learned: Array

    @property
    def difference(self) -> float:
        """The mean gain."""
        return float(np.mean(self.learned - self.built_in))

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95% interval, of the paired t test; of a single seed the whole line."""
        gains = self.learned - self.built_in
        if len(gains) < 2:
            return -math.inf, math.inf
        half = t_quantile_975(len(gains) - 1) * np.std(gains, ddof=1) / math.sqrt(len(gains))
        return self.difference - float(half), self.difference + float(half)


def t_quantile_975(degrees: int) -> float:
    """The 0.975-quantile of Student's t, to three digits from 5 degrees on (Cornish and Fisher 1938)."""
    z = 1.959963984540054
    return (
        z
        + (z**3 + z) / (4 * degrees)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3)
    )


def returns_of(market: Market, agent: str, policies: Array, seeds: Sequence[int]) -> Array:
    """The return of each policy under each seed: the sum of its rewards, in billions of US dollars.

    Runs are played a batch at a time, in the order of policies and, within, of seeds.
    """
    jobs = [(policy, seed) for policy in policies for seed in seeds]
    returns = np.zeros(len(jobs))
    for begin in range(0, len(jobs), market.size):
        batch = jobs[begin : begin + market.size]
        padded = batch + [batch[-1]] * (market.size - len(batch))
        market.reset(seed=[seed for _, seed in padded])
        actions = {agent: np.array([policy for policy, _ in padded])}
        while market.agents:
            _, rewards, _, _, _ = market.step(actions)
            returns[begin : begin + len(batch)] += rewards[agent][: len(batch)]
    return returns.reshape(len(policies), len(seeds))


def learn(
    market: Market,
    agent: str,
    seeds: Sequence[int],
    generations: int,
    population: int,
    random: np.random.Generator,
    tell: Callable[[str], None] = lambda line: None,
) -> Learned:
    """Searches policies of `agent` by the cross-entropy method."""
    size = market.action_space(agent).shape[0]
    mean, deviation = np.zeros(size), np.full(size, 0.5)
    elite_count = max(2, population // 5)
    returns = []
    for generation in range(generations):
        policies = np.clip(mean + deviation * random.standard_normal((population, size)), -1, 1)
        policies[0] = np.clip(mean, -1, 1)
        scores = returns_of(market, agent, policies, seeds).mean(axis=1)
        # Of two policies that earn the same, the first.
        elite = policies[np.argsort(-scores, kind="stable")[:elite_count]]
        mean, deviation = elite.mean(axis=0), elite.std(axis=0) + 0.02
        returns.append(float(np.sort(scores)[-elite_count:].mean()))
        tell(f"generation {generation + 1}: the best {elite_count} earn {returns[-1]:.3f}")
    return Learned(np.clip(mean, -1, 1), returns)


def compare(market: Market, agent: str, policy: Array, seeds: Sequence[int]) -> Comparison:
    """Sets a policy against the built-in strategy, which an action of zeros plays."""
    both = returns_of(market, agent, np.array([np.zeros_like(policy), policy]), seeds)
    return Comparison(both[0], both[1])


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description="Learn to run a lab better than its built-in strategy does."
    )
    parser.add_argument("scenario", help="file that describes the market")
    parser.add_argument("--agent", default="aurora", help="the lab [aurora]")
    parser.add_argument("--generations", type=int, default=12, metavar="N", help="[12]")
    parser.add_argument("--population", type=int, default=40, metavar="N", help="policies [40]")
    parser.add_argument("--seeds", type=int, default=8, metavar="N", help="to learn from [8]")
    parser.add_argument("--held-out", type=int, default=100, metavar="N", help="to judge by [100]")
    parser.add_argument("--size", type=int, default=64, metavar="N", help="of the batch [64]")
    options = parser.parse_args(arguments)
    with Market(options.scenario, [options.agent], options.size) as market:
        learned = learn(
            market,
            options.agent,
            range(1, 1 + options.seeds),
            options.generations,
            options.population,
            np.random.default_rng(1),
            print,
        )
        role = market.role(options.agent)
        for name, number in zip(adjustments.names(role), learned.policy):
            print(f"  {number:+.2f}  {name}")
        # Far from the seeds that it has learnt from.
        judged = compare(
            market, options.agent, learned.policy, range(1001, 1001 + options.held_out)
        )
    low, high = judged.interval
    print(
        f"net income over the run, mean of {options.held_out} held-out seeds, $bn: "
        f"built-in {judged.built_in.mean():.3f}, learned {judged.learned.mean():.3f}, "
        f"gain {judged.difference:.3f} (95% interval {low:.3f} to {high:.3f})"
    )


if __name__ == "__main__":
    main()
