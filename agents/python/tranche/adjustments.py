"""What an action does: it adjusts what an agent's own strategy advises, for `tranche.environment`.

Each number of an action is between -1 and 1; 0 leaves the advice as it is. A factor of 2^x halves at
-1 and doubles at 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tranche.v1 import broker_pb2, messages_pb2

_SEGMENTS = ("developers", "enterprises", "small-businesses", "consumers")

_NAMES = {
    "lab": (
        *(f"list price to {segment}: times 2^x" for segment in _SEGMENTS),
        "GPU-hours of training: times 2^x",
        "amounts asked for in rounds: times 2^x",
        "pay in job offers: times 2^x",
    ),
    "cloud": (
        "posted price of compute: times 2^x",
        "prices in quotes: times 2^x",
        "power of sites ordered: times 2^x",
    ),
    "investor": (
        "amounts in term sheets: times 2^x",
        "pre-money in term sheets: times 2^x",
    ),
    "regulator": ("below -0.5: clears what it would prohibit or clear on conditions",),
}


def names(role: str) -> tuple[str, ...]:
    """What each number of an action does, for an agent of `role`, as "lab"."""
    return _NAMES[role]


def apply(role: str, moves: broker_pb2.AgentMoves, action: NDArray[np.float64]) -> None:
    """Adjusts the moves that an agent of `role` was advised to make."""
    adjust: Callable[[messages_pb2.Message, NDArray[np.float64]], None] = {
        "lab": _lab,
        "cloud": _cloud,
        "investor": _investor,
        "regulator": _regulator,
    }[role]
    if not np.any(action):
        return
    for message in moves.messages:
        adjust(message, action)


def _times(value: int, exponent: float) -> int:
    return max(1, round(value * 2.0**exponent)) if value > 0 else value


def _lab(message: messages_pb2.Message, action: NDArray[np.float64]) -> None:
    kind = message.WhichOneof("body")
    if kind == "price_list":
        for item in message.price_list.items:
            item.price_micros_per_mtok = _times(
                item.price_micros_per_mtok, action[item.segment - 1]
            )
    elif kind == "training_plan":
        message.training_plan.gpu_hours = _times(message.training_plan.gpu_hours, action[4])
    elif kind == "funding_ask":
        ask = message.funding_ask
        ask.amount_sought_cents = _times(ask.amount_sought_cents, action[5])
        ask.minimum_cents = min(ask.minimum_cents, ask.amount_sought_cents)
    elif kind == "job_offer":
        offer = message.job_offer
        offer.cash_cents_per_year = _times(offer.cash_cents_per_year, action[6])
        offer.equity_cents_per_year = _times(offer.equity_cents_per_year, action[6])


def _cloud(message: messages_pb2.Message, action: NDArray[np.float64]) -> None:
    kind = message.WhichOneof("body")
    if kind == "compute_price_list":
        prices = message.compute_price_list
        prices.on_demand_price_micros_per_gpu_hour = _times(
            prices.on_demand_price_micros_per_gpu_hour, action[0]
        )
    elif kind == "capacity_quote":
        terms = message.capacity_quote.terms
        terms.price_micros_per_gpu_hour = _times(terms.price_micros_per_gpu_hour, action[1])
    elif kind == "build_order":
        order = message.build_order
        order.it_power_kw = _times(order.it_power_kw, action[2])


def _investor(message: messages_pb2.Message, action: NDArray[np.float64]) -> None:
    if message.WhichOneof("body") != "term_sheet":
        return
    terms = message.term_sheet.terms
    before = terms.amount_cents
    terms.amount_cents = _times(before, action[0])
    terms.pre_money_cents = _times(terms.pre_money_cents, action[1])
    # Tranches keep their proportions and add up; the last one takes what rounding leaves.
    left = terms.amount_cents
    for i, tranche in enumerate(terms.tranches):
        last = i + 1 == len(terms.tranches)
        part = left if last else min(left, tranche.amount_cents * terms.amount_cents // before)
        tranche.amount_cents = part
        left -= part


def _regulator(message: messages_pb2.Message, action: NDArray[np.float64]) -> None:
    if message.WhichOneof("body") == "decision" and action[0] < -0.5:
        message.decision.outcome = messages_pb2.Decision.OUTCOME_CLEAR
        del message.decision.conditions[:]
