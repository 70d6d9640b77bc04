"""Random numbers that are a function of where they are drawn: the seed, the run, the variable, its element, the step.

There is no generator that is used up. A small block cipher, Philox4x64-10, turns a counter into four numbers of 64 bits
under a key; here the key is the seed and the variable, the counter says which step, element and run is meant and how
many blocks were taken before. So a draw does not depend on what else is drawn, in which order runs are made, or on how
many cores. J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11
(2011); the constants are those of the authors' Random123 and of `numpy.random.Philox`, whose bits these are.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

MASK = 2**64 - 1
MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
# What is added to the key between rounds: the golden ratio and sqrt(3) - 1 as fractions of 2^64.
WEYL = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
ROUNDS = 10

MOST_SEED = MASK
# The step at which what is drawn once for a whole run is drawn: the value of a parameter.
ONCE = MASK


@dataclass(frozen=True, slots=True)
class Chance:
    """Which numbers a run draws: those of a seed, and of one run of an ensemble. Run 0 is the one that stands alone."""

    seed: int
    run: int = 0


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox4x64-10: four random numbers of 64 bits."""
    first, second, third, fourth = counter
    one, other = key
    for _ in range(ROUNDS):
        left, right = MULTIPLIERS[0] * first, MULTIPLIERS[1] * third
        first, second = (right >> 64) ^ second ^ one, right & MASK
        third, fourth = (left >> 64) ^ fourth ^ other, left & MASK
        one, other = (one + WEYL[0]) & MASK, (other + WEYL[1]) & MASK
    return first, second, third, fourth


def key_of(name: str) -> int:
    """The number by which a variable is known to the generator: the first 64 bits of the SHA-256 of its name."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], "little")


def between_0_and_1(bits: int) -> float:
    """64 bits as a number strictly between 0 and 1: an odd multiple of 2^-53, so that 1 less it is exact, too."""
    return ((bits >> 11) | 1) * 2.0**-53


class Numbers:
    """The random numbers of one element of a variable in one run: as many as one asks for at each step."""

    __slots__ = ("_blocks", "_element", "_key", "_run", "_step", "_waiting")

    def __init__(self, chance: Chance, name: str, element: int = 0) -> None:
        self._key = (chance.seed, key_of(name))
        self._element = element
        self._run = chance.run
        self.at(0)

    def at(self, step: int) -> None:
        """Begin with the first number of a step."""
        self._step = step
        self._blocks = 0
        self._waiting: list[int] = []

    def next(self) -> float:
        """The next number of the step, evenly distributed strictly between 0 and 1."""
        if not self._waiting:
            block = philox((self._step, self._element, self._run, self._blocks), self._key)
            self._waiting = list(reversed(block))
            self._blocks += 1
        return between_0_and_1(self._waiting.pop())
