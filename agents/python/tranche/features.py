"""What an agent observes as a vector, and what it is rewarded with: for `tranche.environment`.

Money is in billions of US dollars, prices in US dollars, time in quarters, parts as fractions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tranche.v1 import view_pb2

_CENTS_PER_BILLION = 1e11
_SEGMENTS = ("developers", "enterprises", "small-businesses", "consumers")

_COMMON = (
    "quarters played",
    "quarters left",
    "cash, $bn",
    "revenue, $bn",
    "net income, $bn",
    "operating cash flow, $bn",
    "committed, $bn",
    "best capability, log10 FLOP",
    "mean price of compute, $ a GPU-hour",
    "mean utilisation of clouds",
    "HHI of models / 10,000",
)
_OF_ROLE = {
    "lab": (
        "capability, log10 FLOP",
        "researchers, thousands",
        "served part of inference",
        "cost of a million tokens, $",
        *(f"price to {segment}, $ a million tokens" for segment in _SEGMENTS),
        *(f"share of {segment}" for segment in _SEGMENTS),
    ),
    "cloud": (
        "capacity, million H100e",
        "reserved part of capacity",
        "on demand: sold part of what is wanted",
        "cost of a GPU-hour, $",
        "posted price of a GPU-hour, $",
        "under construction, million H100e",
    ),
    "investor": ("investable, $bn", "holdings at mark, $bn", "holdings at cost, $bn"),
    "regulator": ("files", "largest change of the modified HHI / 10,000"),
}


def names(role: str) -> tuple[str, ...]:
    """What each number of an observation is, for an agent of `role`, as "lab"."""
    return _COMMON + _OF_ROLE[role]


def observe(
    role: str, market: view_pb2.PublicView, own: view_pb2.AgentView
) -> NDArray[np.float64]:
    """The observation of an agent of `role`, in the order of `names`."""
    of_role = {
        "lab": _lab,
        "cloud": _cloud,
        "investor": _investor,
        "regulator": _regulator,
    }[role]
    return np.array(_common(market, own) + of_role(market, own))


def worth(own: view_pb2.AgentView) -> float:
    """What an agent has, in billions of US dollars: cash and treasury less debt, and its stakes at
    their marks."""
    books = own.books
    total = books.cash_cents + books.group_treasury_cents - books.debt_cents
    total += sum(holding.mark_cents for holding in own.holdings)
    return total / _CENTS_PER_BILLION


def net_income(before: view_pb2.AgentView, after: view_pb2.AgentView | None) -> float:
    """Net income of the quarter, in billions of US dollars; 0 of one in which it leaves the market."""
    del before
    return 0.0 if after is None else after.books.net_income_cents / _CENTS_PER_BILLION


def growth_of_worth(before: view_pb2.AgentView, after: view_pb2.AgentView | None) -> float:
    """How much more the agent is worth than a quarter ago, in billions of US dollars; all is lost by
    one that leaves the market."""
    return (0.0 if after is None else worth(after)) - worth(before)


def _part(of: float, whole: float) -> float:
    return of / whole if whole > 0 else 0.0


def _common(market: view_pb2.PublicView, own: view_pb2.AgentView) -> list[float]:
    books = own.books
    clouds = market.clouds
    models = [c.hhi for c in market.concentration if c.market == "models"]
    prices = [c.on_demand_price_micros_per_gpu_hour / 1e6 for c in clouds]
    return [
        market.quarter - market.first_quarter,
        market.end_quarter - market.quarter,
        (books.cash_cents + books.group_treasury_cents) / _CENTS_PER_BILLION,
        books.revenue_cents / _CENTS_PER_BILLION,
        books.net_income_cents / _CENTS_PER_BILLION,
        books.operating_cash_flow_cents / _CENTS_PER_BILLION,
        books.committed_cents / _CENTS_PER_BILLION,
        max((lab.capability_millis for lab in market.labs), default=0) / 1000,
        sum(prices) / len(prices) if prices else 0.0,
        sum(c.utilisation_bp for c in clouds) / 1e4 / len(clouds) if clouds else 0.0,
        models[0] / 1e4 if models else 0.0,
    ]


def _lab(market: view_pb2.PublicView, own: view_pb2.AgentView) -> list[float]:
    lab = own.lab
    disclosed = next((d for d in market.labs if d.lab == own.agent), view_pb2.LabDisclosure())
    price = {p.segment: p.price_micros_per_mtok / 1e6 for p in disclosed.prices}
    share = {s.segment: s.share_ppm / 1e6 for s in lab.segments}
    segments = range(1, len(_SEGMENTS) + 1)
    return [
        disclosed.capability_millis / 1000,
        lab.researchers / 1000,
        _part(lab.inference_served_gpu_hours, lab.inference_wanted_gpu_hours),
        lab.cost_micros_per_mtok / 1e6,
        *(price.get(segment, 0.0) for segment in segments),
        *(share.get(segment, 0.0) for segment in segments),
    ]


def _cloud(market: view_pb2.PublicView, own: view_pb2.AgentView) -> list[float]:
    cloud = own.cloud
    disclosed = next((d for d in market.clouds if d.cloud == own.agent), view_pb2.CloudDisclosure())
    return [
        cloud.capacity_h100e / 1e6,
        _part(cloud.reserved_h100e, cloud.capacity_h100e),
        _part(cloud.on_demand_sold_gpu_hours, cloud.on_demand_wanted_gpu_hours),
        cloud.cost_micros_per_gpu_hour / 1e6,
        disclosed.on_demand_price_micros_per_gpu_hour / 1e6,
        sum(build.accelerators_h100e for build in cloud.builds) / 1e6,
    ]


def _investor(market: view_pb2.PublicView, own: view_pb2.AgentView) -> list[float]:
    del market
    return [
        own.investor.investable_cents / _CENTS_PER_BILLION,
        sum(holding.mark_cents for holding in own.holdings) / _CENTS_PER_BILLION,
        sum(holding.cost_cents for holding in own.holdings) / _CENTS_PER_BILLION,
    ]


def _regulator(market: view_pb2.PublicView, own: view_pb2.AgentView) -> list[float]:
    del market
    files = own.regulator.files
    return [len(files), max((file.mhhi_change for file in files), default=0) / 1e4]
