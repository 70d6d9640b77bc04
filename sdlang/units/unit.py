"""The algebra of units: dimensions with exact rational exponents, and units as names for a multiple of one.

A dimension is a product of base names, `person^1 time^-1`. A base name is a declared unit (`person`), `time`, or such a
name raised to a parameter (`person^elasticity`), which is how `seekers^a * vacancies^(1 - a)` is proved to be people.
Factors are exact fractions, so 18 months in a model that runs in years are 1.5 and not 1.4999999999999998.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Dimension:
    """A product of powers of base names, in alphabetical order, without zero exponents."""

    powers: tuple[tuple[str, Fraction], ...] = ()

    @staticmethod
    def of(powers: Iterable[tuple[str, Fraction]]) -> Dimension:
        total: dict[str, Fraction] = {}
        for base, exponent in powers:
            total[base] = total.get(base, Fraction(0)) + exponent
        return Dimension(tuple(sorted((base, exponent) for base, exponent in total.items() if exponent)))

    @staticmethod
    def base(name: str) -> Dimension:
        return Dimension(((name, Fraction(1)),))

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension.of((*self.powers, *other.powers))

    def __truediv__(self, other: Dimension) -> Dimension:
        return self * other ** Fraction(-1)

    def __pow__(self, exponent: Fraction) -> Dimension:
        return Dimension.of((base, power * exponent) for base, power in self.powers)

    def exponent(self, base: str) -> Fraction:
        """The exponent of a base name, zero where it does not occur."""
        return dict(self.powers).get(base, Fraction(0))


DIMENSIONLESS = Dimension()
TIME = Dimension.base("time")


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` times the base units of `dimension`; the base of time is the second. `text` is how people write it."""

    text: str
    dimension: Dimension
    factor: Fraction = Fraction(1)

    def scale(self, time_factor: Fraction) -> float:
        """What one of this unit is worth in the model's own units, where time counts in units of `time_factor` seconds.

        `month` has scale 1/12 in a model that runs in years, `person/month` has 12.
        """
        exponent = self.dimension.exponent("time")
        if exponent.denominator == 1:
            worth: Fraction = self.factor / time_factor**exponent.numerator
            return float(worth)
        root: float = float(time_factor) ** float(exponent)
        return float(self.factor) / root


ONE = Unit("1", DIMENSIONLESS)
