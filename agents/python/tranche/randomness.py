"""Counter-based randomness: a draw is a pure function of where it is taken.

The same numbers as sim/philox.h: Philox 4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel Random
Numbers: As Easy as 1, 2, 3", SC11), keyed by the run's seed, the stream's name, the quarter and the
round. A strategy draws from `actions.random` and from nothing else; then a run depends on scenario,
seed and strategies alone.
"""

from __future__ import annotations

from collections.abc import Sequence

_MASK32 = (1 << 32) - 1
_MASK64 = (1 << 64) - 1


def philox_4x32(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """The block function Philox4x32-10: four 32-bit words from a counter and a key."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        product0 = 0xD2511F53 * c0
        product1 = 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (
            (product1 >> 32) ^ c1 ^ k0,
            product1 & _MASK32,
            (product0 >> 32) ^ c3 ^ k1,
            product0 & _MASK32,
        )
        k0 = (k0 + 0x9E3779B9) & _MASK32
        k1 = (k1 + 0xBB67AE85) & _MASK32
    return c0, c1, c2, c3


def stream_key(name: str) -> int:
    """The key of the stream with this name: 64-bit FNV-1a, finished as in SplitMix64."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & _MASK64
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK64
    return value ^ (value >> 31)


class RandomStream:
    """The draws of one stream in one round of one quarter."""

    def __init__(self, seed: int, key: int, quarter: int, round: int) -> None:
        if not (0 <= quarter < 1 << 16 and 0 <= round < 1 << 16):
            raise ValueError(f"quarter {quarter}, round {round} has no stream: both are below 65536")
        self._key = (seed & _MASK32, seed >> 32)
        self._place = (quarter << 16 | round, key & _MASK32, key >> 32)
        self._blocks = 0
        self._words: list[int] = []

    def next_u32(self) -> int:
        """Uniform in {0, ..., 2^32 - 1}."""
        if not self._words:
            block = philox_4x32((self._blocks, *self._place), self._key)
            self._words = list(reversed(block))
            self._blocks += 1
        return self._words.pop()

    def next_u64(self) -> int:
        """Uniform in {0, ..., 2^64 - 1}."""
        low = self.next_u32()
        return self.next_u32() << 32 | low

    def uniform(self) -> float:
        """Uniform in [0, 1), a multiple of 2^-53."""
        return (self.next_u64() >> 11) * 2.0**-53

    def uniform_int(self, n: int) -> int:
        """Uniform in {0, ..., n - 1} without bias (Lemire 2019); 1 <= n < 2^64."""
        if not 1 <= n <= _MASK64:
            raise ValueError(f"cannot draw one of {n} integers")
        product = self.next_u64() * n
        if product & _MASK64 < n:
            surplus = ((1 << 64) - n) % n
            while product & _MASK64 < surplus:
                product = self.next_u64() * n
        return product >> 64

    def bernoulli(self, p: float) -> bool:
        """True with probability p: never for p <= 0, always for p >= 1."""
        return self.uniform() < p

    def weighted_index(self, weights: Sequence[float]) -> int:
        """Index i with probability weights[i] / sum; weights are not negative and not all 0."""
        total = 0.0
        last_positive = -1
        for i, weight in enumerate(weights):
            if not weight >= 0:
                raise ValueError(f"weight {i} is {weight}: weights must not be negative")
            if weight > 0:
                last_positive = i
            total += weight
        if last_positive < 0 or total == float("inf"):
            raise ValueError("weights must be finite and not all zero")
        rest = self.uniform() * total
        for i in range(last_positive):
            if rest < weights[i]:
                return i
            rest -= weights[i]
        return last_positive
