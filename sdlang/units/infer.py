"""Units that nobody wrote, found from those that somebody did.

An unknown unit is a base name that begins with `?`, so a partly known unit is an ordinary `Dimension`. Equations
between units are linear in the exponents; they are solved one at a time by solving for any unknown in them
(unification in the free abelian group with rational exponents; Kennedy, Programming Languages and Dimensions, 1996).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sdlang.units.unit import DIMENSIONLESS, Dimension

MARK = "?"


def unknown(name: str) -> Dimension:
    """The unit, yet to be found, of what goes by `name`."""
    return Dimension.base(MARK + name)


def unknowns(dimension: Dimension) -> Iterator[str]:
    """Names of the unknowns in a unit, with their mark."""
    return (base for base, _ in dimension.powers if base.startswith(MARK))


class Unifier:
    """What has been found so far: for some unknowns, the unit that they stand for (which may hold other unknowns)."""

    def __init__(self) -> None:
        self._found: dict[str, Dimension] = {}

    def settle(self, dimension: Dimension) -> Dimension:
        """The unit with all that has been found put in."""
        if not any(base in self._found for base in unknowns(dimension)):
            return dimension
        result = DIMENSIONLESS
        waiting = list(dimension.powers)
        while waiting:
            base, exponent = waiting.pop()
            known = self._found.get(base)
            if known is None:
                result = result * Dimension(((base, exponent),))
            else:
                waiting.extend((inner, power * exponent) for inner, power in known.powers)
        if len(dimension.powers) == 1 and dimension.powers[0][1] == 1:
            self._found[dimension.powers[0][0]] = result  # the next question about it takes one step
        return result

    def unify(self, a: Dimension, b: Dimension) -> bool:
        """Make two units the same if that can be, preferring to solve for what stands in `a`.

        False, and nothing changes, where two known units differ.
        """
        ratio = self.settle(a / b)
        if ratio == DIMENSIONLESS:
            return True
        candidates = list(unknowns(ratio))
        if not candidates:
            return False
        # What stands on the left is solved for first: an equation finds the unit of what it defines.
        on_the_left = [name for name in unknowns(self.settle(a)) if name in candidates]
        unsolved = (on_the_left or candidates)[0]
        exponent = ratio.exponent(unsolved)
        rest = ratio / Dimension(((unsolved, exponent),))
        self._found[unsolved] = rest ** (Fraction(-1) / exponent)
        return True
