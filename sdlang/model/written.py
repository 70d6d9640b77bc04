"""Numbers and units of a Model as a modeller writes them, so that they read back exactly.

A number that was written somewhere is written in the same words, where these mean the same here; any other as a decimal
with the units of its dimension. The decimals are the shortest that give the same number.
"""

from __future__ import annotations

import re
from decimal import Context
from fractions import Fraction

from sdlang.diagnostics import Diagnostic
from sdlang.model.builder import Builder
from sdlang.model.expressions import Constant
from sdlang.model.folder import reader_of
from sdlang.model.meaning import meaning
from sdlang.model.model import Model
from sdlang.model.names import Scope
from sdlang.source import Source, Span
from sdlang.syntax import tree
from sdlang.syntax.parser import parse_expression
from sdlang.units.catalogue import TIMES, unit_of
from sdlang.units.unit import DIMENSIONLESS, Dimension, Unit

NOWHERE = Span(Source("expanded", ""), 0, 0)
PLAIN = tree.Layout()
QUANTITY = re.compile(r"[-+(]*(\d|\w+\Z)")
LONGEST = 60
SHORT = 17
PRECISE = Context(prec=25)


def name(text: str) -> tree.Name:
    return tree.Name(NOWHERE, text)


def whole(value: int) -> tree.Expr:
    number = tree.Number(NOWHERE, f"{abs(value):_}" if abs(value) >= 10_000 else str(abs(value)))
    return tree.Unary(NOWHERE, "-", number) if value < 0 else number


class Quantities:
    """Writes the numbers and units of one model."""

    def __init__(self, model: Model) -> None:
        self.clock = model.clock
        self.units = model.units
        self.scope = Scope({}, model.units)
        self.known_units: dict[tuple[str, Dimension, Fraction], tree.Expr | None] = {}
        self.known_numbers: dict[tuple[str, Fraction, Dimension | None], tree.Expr] = {}

    def unit(self, unit: Unit) -> tree.Expr | None:
        """A unit as an annotation; `None` where its text does not say it (`person^(1/2)`)."""
        key = (unit.text, unit.dimension, unit.factor)
        if key not in self.known_units:
            found: list[Diagnostic] = []
            read = parse_expression(Source("unit", unit.text), found)
            meant = None if read is None or found else unit_of(read, self.units, found)
            same = meant is not None and (meant.text, meant.dimension, meant.factor) == key
            self.known_units[key] = read if same else None
        return self.known_units[key]

    def constant(self, constant: Constant) -> tree.Expr:
        """A number: in the words in which it was written, where they say the same."""
        text = constant.span.text
        key = (text if len(text) <= LONGEST else "", constant.value, constant.dimension)
        if key not in self.known_numbers:
            self.known_numbers[key] = self._as_it_stands(key[0], constant) or self.quantity(
                constant.value, constant.dimension
            )
        return self.known_numbers[key]

    def quantity(self, value: Fraction, dimension: Dimension | None) -> tree.Expr:
        """A number with the units of its dimension; `None` is a bare number."""
        size = abs(value)
        for digits in _decimals(size * (100 if dimension == DIMENSIONLESS else 1)):
            made = self._with_units(digits, dimension)
            if self._means(made, size, dimension):
                return tree.Unary(NOWHERE, "-", made) if value < 0 else made
        raise AssertionError(f"no decimal reads back as {value}")

    def _as_it_stands(self, text: str, constant: Constant) -> tree.Expr | None:
        if not QUANTITY.match(text):
            return None
        found: list[Diagnostic] = []
        read = parse_expression(Source("number", text), found)
        while isinstance(read, tree.Group):
            read = read.inner
        if isinstance(read, tree.Name) and read.text in self.units:
            # Not a bare name of a unit, which a number before it would take for its own: `(5 people) / month`.
            read = tree.Number(NOWHERE, "1", unit=read.text)
        if read is None or found or not self._means(read, constant.value, constant.dimension):
            return None
        return read

    def _means(self, expression: tree.Expr, value: Fraction, dimension: Dimension | None) -> bool:
        """Whether an expression is a number that engines take for the same."""
        builder = Builder([], self.clock.unit.factor, {}, _no_component, reader_of(None), self.clock.is_calendar)
        meant = meaning(expression, self.scope, builder)
        return (
            isinstance(meant, Constant)
            and not builder.found
            and meant.dimension == dimension
            and float(meant.value) == float(value)
            and (meant.value.denominator == 1) == (value.denominator == 1)
        )

    def _with_units(self, digits: str, dimension: Dimension | None) -> tree.Expr:
        above: list[tuple[str, int]] = []
        below: list[tuple[str, int]] = []
        for base, exponent in sorted((dimension or DIMENSIONLESS).powers, key=lambda power: power[0] == "time"):
            assert exponent.denominator == 1, "a number is written with whole powers of units"
            (above if exponent > 0 else below).append((self._name(base), abs(exponent.numerator)))
        number = tree.Number(NOWHERE, digits, percent=dimension == DIMENSIONLESS)
        if above:
            first, power = above[0]
            spoken = self.units.plurals.get(first, first) if digits != "1" and power == 1 else first
            unit = spoken if self._is_same(spoken, first) else first
            number = tree.Number(NOWHERE, digits, unit=unit, power=power)
        result: tree.Expr = number
        for unit, power in above[1:]:
            result = tree.Binary(NOWHERE, "*", result, _power(unit, power))
        for unit, power in below:
            result = tree.Binary(NOWHERE, "/", result, _power(unit, power))
        return result

    def _is_same(self, spoken: str, unit: str) -> bool:
        one, other = self.units.get(spoken), self.units[unit]
        return one is not None and (one.dimension, one.factor) == (other.dimension, other.factor)

    def _name(self, base: str) -> str:
        """A unit that is 1 of a base in the model's own units."""
        if base == "time":
            named = (each for each, seconds in TIMES.items() if seconds == self.clock.unit.factor)
            return next(named, self.clock.unit.text)
        one = Dimension.base(base)
        wanted = (each for each, unit in self.units.items() if unit.dimension == one and unit.factor == 1)
        return base if base in self.units else next(wanted)


def _power(unit: str, power: int) -> tree.Expr:
    return name(unit) if power == 1 else tree.Binary(NOWHERE, "^", name(unit), whole(power))


def _decimals(value: Fraction) -> tuple[str, ...]:
    """Ways to write a number, the nicest first; the last is as good as exact."""
    if value.denominator == 1:
        whole_number = value.numerator
        return (f"{whole_number:_}" if whole_number >= 10_000 else str(whole_number),)
    exact = PRECISE.divide(value.numerator, value.denominator)
    plain = f"{exact:f}"
    nice = (plain,) if len(plain) <= SHORT and Fraction(plain) == value else ()
    return (*nice, repr(float(value)).removesuffix(".0"), str(exact).replace("E", "e"))


def _no_component(*_: object) -> Constant:
    raise AssertionError("a number calls no component")
