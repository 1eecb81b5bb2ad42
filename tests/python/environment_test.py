"""Tests of tranche.environment and of the example that learns, run by tests/python_sdk_test.cc.

    TRANCHE=<program> PYTHONPATH=<package> python3 environment_test.py SCENARIO [unittest's arguments]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

from tranche import adjustments, features
from tranche.environment import Batch, Market, MarketError, find_program
from tranche.examples import pricing
from tranche.v1 import broker_pb2

SCENARIO = ""


def digest_of_inline_run(seed: int) -> bytes:
    """That of `tranche run --inline`."""
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            [find_program(), "run", SCENARIO, "--inline", "--json", "--seed", str(seed),
             "--log", str(Path(folder) / "run.tranche")],
            check=True, capture_output=True,
        )
    return bytes.fromhex(json.loads(ended.stdout)["digest"])


class BatchTest(unittest.TestCase):
    def test_the_advice_taken_is_the_inline_run(self) -> None:
        for every_round in (False, True):
            with Batch(
                SCENARIO, ["aurora", "us-antitrust"], 2, every_round=every_round, digests=True
            ) as batch:
                states = batch.reset({0: 3, 1: 4})
                while not all(state.over for state in states):
                    states = batch.step({0: None, 1: None})
                self.assertEqual([s.digest for s in states], [digest_of_inline_run(3), digest_of_inline_run(4)])

    def test_moves_written_by_hand_are_those_of_the_wire(self) -> None:
        with Batch(SCENARIO, ["aurora"], every_round=True) as batch:
            (state,) = batch.reset({0: 1})
            self.assertEqual(state.turns.turns[0].view.agent, "aurora")
            moves = broker_pb2.Moves()
            mine = moves.agents.add(agent="aurora")
            price = mine.messages.add().price_list.items.add(segment=1, price_micros_per_mtok=7_000_000)
            (state,) = batch.step({0: moves})
            while state.turns.round != 1:
                (state,) = batch.step({0: broker_pb2.Moves()})
            own = next(lab for lab in state.turns.public_view.labs if lab.lab == "aurora")
            listed = {item.segment: item.price_micros_per_mtok for item in own.prices}
            self.assertEqual(listed[1], price.price_micros_per_mtok)

    def test_what_is_wrong_is_said(self) -> None:
        for arguments, what in (
            (("no-such.textproto", ["aurora"]), "no-such.textproto"),
            ((SCENARIO, ["aurorra"]), 'no agent "aurorra"'),
            ((SCENARIO, []), "name an agent"),
            ((SCENARIO, ["aurora"], 0), "at least one slot"),
            ((SCENARIO, ["aurora"], 100_001), "at most 100000 slots"),
        ):
            with self.assertRaisesRegex(MarketError, what):
                Batch(*arguments)
        with self.assertRaisesRegex(MarketError, "no strategy"):
            Batch(SCENARIO, ["aurora"], strategies=["aurora=no-such"])
        with Batch(SCENARIO, ["aurora"], 2) as batch:
            with self.assertRaisesRegex(MarketError, "slot 1: reset it before"):
                batch.step({1: None})
            batch.reset({0: 1})
            with self.assertRaisesRegex(MarketError, "there is no slot 2"):
                batch.step({2: None})
            batch.step({0: None})
        with self.assertRaisesRegex(MarketError, "closed"):
            batch.step({0: None})

    def test_a_program_that_dies_is_said(self) -> None:
        with Batch(SCENARIO, ["aurora"]) as batch:
            batch._process.kill()
            with self.assertRaisesRegex(MarketError, "was killed by SIGKILL"):
                batch.reset({0: 1})


class StreamTest(unittest.TestCase):
    def ended(self, data: bytes) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [find_program(), "environment"], input=data, capture_output=True, timeout=60
        )

    def test_an_empty_input_is_no_error(self) -> None:
        self.assertEqual(self.ended(b"").returncode, 0)

    def test_what_is_no_request_is_an_error(self) -> None:
        for data, what in (
            (b"GET / HTTP/1.1\r\n\r\n", b"that are no"),
            (b"\x05ab", b"that are no"),  # ends within
            (b"\xff\xff\xff\xff\x0f", b"announces a request"),
            (b"\xff\xff", b"no length before a request"),
            (b"\xff" * 11, b"no length before a request"),
            (bytes(range(1, 256)) * 100, b"that are no"),
        ):
            ended = self.ended(data)
            self.assertEqual(ended.returncode, 2, data)
            self.assertIn(what, ended.stderr, data)

    def test_an_empty_request_is_answered(self) -> None:
        ended = self.ended(b"\x00")
        self.assertEqual(ended.returncode, 0)
        self.assertIn(b"open a batch first", ended.stdout)


class MarketTest(unittest.TestCase):
    def test_actions_of_zero_play_the_built_in_strategies(self) -> None:
        agents = ["aurora", "nimbus", "harbor-fund", "us-antitrust"]
        with Market(SCENARIO, agents, 2, digests=True, metrics=["revenue"]) as market:
            observations, infos = market.reset(seed=3)
            self.assertEqual(infos["aurora"]["seeds"], [3, 4])
            quarters = 0
            while market.agents:
                for agent in market.agents:
                    self.assertTrue(market.observation_space(agent).contains(observations[agent]))
                    self.assertEqual(len(observations[agent]), 2)
                zeros = {a: np.zeros((2, *market.action_space(a).shape)) for a in market.agents}
                observations, rewards, gone, ended, infos = market.step(zeros)
                quarters += 1
                self.assertTrue(all(reward.shape == (2,) for reward in rewards.values()))
                self.assertIn(("revenue", "aurora"), infos["aurora"]["metrics"][1])
            self.assertFalse(any(np.any(row) for row in gone.values()))
            self.assertTrue(all(np.all(row) for row in ended.values()))
            self.assertEqual(
                infos["aurora"]["digests"], [digest_of_inline_run(3), digest_of_inline_run(4)]
            )
            played = market.observe("aurora")
            self.assertFalse(np.any(played), "rows of a run that is over are zero")

    def test_rewards_are_the_books_net_income(self) -> None:
        with Market(SCENARIO, ["aurora"], metrics=["net-income:aurora"]) as market:
            market.reset(seed=5)
            while market.agents:
                _, rewards, _, _, infos = market.step({})
                income = infos["aurora"]["metrics"][0]["net-income", "aurora"]
                self.assertAlmostEqual(rewards["aurora"][0], income / 1e9, places=9)

    def test_the_same_seeds_and_actions_are_the_same_runs(self) -> None:
        def play(size: int, threads: int) -> list[bytes]:
            with Market(SCENARIO, ["aurora"], size, digests=True, threads=threads) as market:
                random = np.random.default_rng(7)
                market.reset(seed=1)
                space = market.action_space("aurora")
                digests: list[bytes] = []
                while market.agents:
                    action = np.broadcast_to(space.sample(random), (size, *space.shape))
                    *_, infos = market.step({"aurora": action})
                    digests = infos["aurora"]["digests"]
                return digests

        alone = play(1, 1)
        together = play(3, 2)
        self.assertEqual(alone[0], together[0])
        self.assertNotEqual(together[0], together[1])

    def test_seeds_count_on(self) -> None:
        with Market(SCENARIO, ["aurora"], 2) as market:
            self.assertEqual(market.reset()[1]["aurora"]["seeds"], [1, 2])
            self.assertEqual(market.reset()[1]["aurora"]["seeds"], [3, 4])
            self.assertEqual(market.reset(seed=[9, 2])[1]["aurora"]["seeds"], [9, 2])
            with self.assertRaises(ValueError):
                market.reset(seed=[1])

    def test_wrong_actions_are_refused(self) -> None:
        with Market(SCENARIO, ["aurora"], 2) as market:
            market.reset()
            with self.assertRaisesRegex(KeyError, "borealis"):
                market.step({"borealis": np.zeros((2, 7))})
            with self.assertRaisesRegex(ValueError, "shape"):
                market.step({"aurora": np.zeros(7)})
            with self.assertRaisesRegex(ValueError, "no number"):
                market.step({"aurora": np.full((2, 7), np.nan)})

    def test_every_number_has_a_name(self) -> None:
        with Market(SCENARIO, ["aurora", "nimbus", "harbor-fund", "us-antitrust"]) as market:
            observations, _ = market.reset()
            for agent, role in (("aurora", "lab"), ("nimbus", "cloud"),
                                ("harbor-fund", "investor"), ("us-antitrust", "regulator")):
                self.assertEqual(market.role(agent), role)
                self.assertEqual(observations[agent].shape[1], len(features.names(role)))
                self.assertEqual(market.action_space(agent).shape, (len(adjustments.names(role)),))


class LearningTest(unittest.TestCase):
    def test_what_is_learned_earns_more_under_seeds_it_has_not_seen(self) -> None:
        with Market(SCENARIO, ["aurora"], 16) as market:
            learned = pricing.learn(
                market, "aurora", seeds=range(1, 3), generations=3, population=16,
                random=np.random.default_rng(1),
            )
            judged = pricing.compare(market, "aurora", learned.policy, range(1001, 1017))
        self.assertGreater(judged.interval[0], 0)


if __name__ == "__main__":
    SCENARIO = sys.argv.pop(1)
    unittest.main()
