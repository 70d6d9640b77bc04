"""Which units there are: those that every model has, and those that a file declares.

The built-in ones are few on purpose: a model's own names must not collide with units nobody asked for. A month is a
twelfth of a year and a year is 365.25 days, here and everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from sdlang.diagnostics import Diagnostic
from sdlang.syntax import tree
from sdlang.syntax.printer import print_unit
from sdlang.units import errors
from sdlang.units.dates import DATE
from sdlang.units.unit import DIMENSIONLESS, ONE, TIME, Dimension, Unit

DAY = 86_400
YEAR = DAY * 36_525 // 100
SCALES: Mapping[str, Fraction] = MappingProxyType(
    {
        "": Fraction(1),
        "thousand": Fraction(10**3),
        "million": Fraction(10**6),
        "billion": Fraction(10**9),
        "trillion": Fraction(10**12),
    }
)
TIMES: Mapping[str, Fraction] = MappingProxyType(
    {
        "second": Fraction(1),
        "minute": Fraction(60),
        "hour": Fraction(3_600),
        "day": Fraction(DAY),
        "week": Fraction(7 * DAY),
        "month": Fraction(YEAR, 12),
        "quarter": Fraction(YEAR, 4),
        "year": Fraction(YEAR),
    }
)
MONEY = ("USD", "EUR", "GBP", "CNY", "HKD", "JPY")
COUNTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": ("people", "persons"),
        "job": (),
        "vacancy": (),
        "robot": (),
        "task": (),
        "firm": (),
        "place": (),
        "FTE": (),
    }
)


@dataclass(frozen=True, slots=True)
class Catalogue(Mapping[str, Unit]):
    """Units by every name they have. `plurals` maps a base name to the plural that messages use; `taken` are the names
    that the file gives to something else."""

    units: Mapping[str, Unit]
    plurals: Mapping[str, str]
    taken: Collection[str] = frozenset()

    def __getitem__(self, name: str) -> Unit:
        return self.units[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.units)

    def __len__(self) -> int:
        return len(self.units)

    def with_unit(self, names: tuple[str, ...], dimension: Dimension, factor: Fraction) -> Catalogue:
        """The catalogue with one more unit, which goes by all of `names` and by the plural of the first."""
        first, *others = names
        spoken = others[0] if others else plural(first)
        known = {name: Unit(name, dimension, factor) for name in dict.fromkeys((*names, plural(first)))}
        plurals = MappingProxyType({**self.plurals, first: spoken})
        return Catalogue(MappingProxyType({**self.units, **known}), plurals, self.taken)

    def without(self, names: Collection[str]) -> Catalogue:
        """The catalogue without some of its names, which the file gives to something else."""
        left = {name: unit for name, unit in self.units.items() if name not in names}
        return Catalogue(MappingProxyType(left), self.plurals, names)


def plural(name: str) -> str:
    """The English plural of a unit's name: `vacancies`, `boxes`, `robots`."""
    if name.isupper() and name in MONEY:
        return name
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    if name.endswith("s") and not name.endswith(("ss", "us", "is")):
        return name  # `thousands`, `premises` are plurals already
    if name.endswith(("s", "x", "ch", "sh")):
        return name + "es"
    return name + "s"


def _built_in() -> Catalogue:
    catalogue = Catalogue(MappingProxyType({"percent": Unit("percent", DIMENSIONLESS, Fraction(1, 100))}), {})
    for name, seconds in TIMES.items():
        catalogue = catalogue.with_unit((name,), TIME, seconds)
    for name in MONEY:
        catalogue = catalogue.with_unit((name,), Dimension.base(name), Fraction(1))
    for name, others in COUNTED.items():
        catalogue = catalogue.with_unit((name, *others), Dimension.base(name), Fraction(1))
    return catalogue


BUILT_IN = _built_in()
# The unit of what is written as a date. It has no name in the catalogue: nobody can ask for it.
DATE_UNIT = Unit(DATE, TIME, Fraction(YEAR))
# Names of things that are counted; a variable of a file may have one of them.
COUNTED_NAMES = frozenset(each for name, others in COUNTED.items() for each in (name, *others, plural(name)))


def declare_unit(declaration: tree.UnitDeclaration, catalogue: Catalogue, found: list[Diagnostic]) -> Catalogue:
    """The catalogue with what `unit person = people` or `unit dozen = 12 robots` declares.

    Declaring a unit again that exists in the same sense is harmless.
    """
    names = tuple(name.text for name in declaration.names)
    if declaration.definition is None:
        dimension, factor = Dimension.base(names[0]), Fraction(1)
        if names[0] in catalogue:
            dimension, factor = catalogue[names[0]].dimension, catalogue[names[0]].factor
    else:
        meant = _product(declaration.definition, catalogue, found)
        if meant is None:
            return catalogue
        factor, dimension = meant
        if factor <= 0:
            found.append(errors.unit_of_nothing(names[0], declaration.span))
            return catalogue.with_unit((names[0],), dimension, Fraction(1))
    for name in declaration.names:
        known = catalogue.get(name.text)
        if known is not None and (known.dimension, known.factor) != (dimension, factor):
            found.append(errors.unit_is_another(name.text, names[0], known.text, name.span))
            if names[0] in catalogue:
                return catalogue
            # What reads the new unit is no mistake of its own.
            return catalogue.with_unit((names[0],), known.dimension, known.factor)
    return catalogue.with_unit(names, dimension, factor)


def quantity(number: tree.Number, catalogue: Catalogue, found: list[Diagnostic]) -> tuple[Fraction, Dimension | None]:
    """The exact value with time in seconds, and its dimension; `None` for a number without percent and unit."""
    value = Fraction(number.text.replace("_", "")) * SCALES[number.scale]
    if number.percent:
        value /= 100
    if not number.unit:
        return value, DIMENSIONLESS if number.percent else None
    unit = catalogue.get(number.unit)
    if unit is None:
        found.append(errors.unknown_unit(number.unit, catalogue, catalogue.taken, number.span))
        return value, None
    return value * unit.factor**number.power, unit.dimension ** Fraction(number.power)


def unit_of(expression: tree.Expr, catalogue: Catalogue, found: list[Diagnostic]) -> Unit | None:
    """The unit that an annotation names: `person/month`, `1/year`, `1`, `thousand`-free and without plus or minus."""
    meant = _product(expression, catalogue, found)
    return None if meant is None else Unit(print_unit(expression), meant[1], meant[0])


def _product(expression: tree.Expr, catalogue: Catalogue, found: list[Diagnostic]) -> tuple[Fraction, Dimension] | None:
    """Factor and dimension of a product of units and numbers."""
    match expression:
        case tree.Number():
            before = len(found)
            value, dimension = quantity(expression, catalogue, found)
            return (value, dimension or DIMENSIONLESS) if len(found) == before else None
        case tree.Name(text=text):
            if text not in catalogue:
                found.append(errors.unknown_unit(text, catalogue, catalogue.taken, expression.span))
                return None
            return catalogue[text].factor, catalogue[text].dimension
        case tree.Group(inner=inner):
            return _product(inner, catalogue, found)
        case tree.Binary(operator="*" | "/" | "per" as operator, left=left, right=right):
            a, b = _product(left, catalogue, found), _product(right, catalogue, found)
            if a is None or b is None:
                return None
            if operator == "*":
                return a[0] * b[0], a[1] * b[1]
            if not b[0]:
                found.append(errors.not_a_unit(expression.span))
                return None
            return a[0] / b[0], a[1] / b[1]
        case tree.Binary(operator="^", left=left, right=right):
            base, exponent = _product(left, catalogue, found), _whole(right)
            if base is None:
                return None
            if exponent is None or not base[0]:
                found.append(errors.not_a_unit(expression.span))
                return None
            return base[0] ** exponent, base[1] ** Fraction(exponent)
        case _:
            found.append(errors.not_a_unit(expression.span))
            return None


def _whole(expression: tree.Expr) -> int | None:
    """A small whole exponent."""
    match expression:
        case tree.Number(text=text, percent=False, scale="", unit="") if text.isdigit() and len(text) <= 2:
            return int(text)
        case tree.Unary(operator="-", operand=operand):
            value = _whole(operand)
            return None if value is None else -value
        case tree.Group(inner=inner):
            return _whole(inner)
        case _:
            return None


def written_unit(expression: tree.Expr, catalogue: Catalogue) -> Unit | None:
    """The unit in which a number is written, if that is all the expression is: `1/year` for `8% / year`."""
    match expression:
        case tree.Number(unit=unit, power=power):
            if not unit:
                return ONE if expression.percent else None
            known = catalogue.get(unit)
            if known is None:
                return None
            text = unit if power == 1 else f"{unit}^{power}"
            return Unit(text, known.dimension ** Fraction(power), known.factor**power)
        case tree.Date():
            return DATE_UNIT
        case tree.Unary(operator="-" | "+", operand=operand):
            return written_unit(operand, catalogue)
        case tree.Group(inner=inner):
            return written_unit(inner, catalogue)
        case tree.Binary(operator="*" | "/" | "per" as operator, left=left, right=right):
            behind = _product(right, catalogue, []) if _is_unit(right, catalogue) else None
            if behind is None or not _is_quantity(left):
                return None
            before = written_unit(left, catalogue) or ONE
            sign = "*" if operator == "*" else "/"
            text = f"{before.text}{sign}{print_unit(right)}" if sign == "/" or before != ONE else print_unit(right)
            if sign == "*":
                return Unit(text, before.dimension * behind[1], before.factor * behind[0])
            return Unit(text, before.dimension / behind[1], before.factor / behind[0])
        case _:
            return None


def _is_quantity(expression: tree.Expr) -> bool:
    match expression:
        case tree.Number():
            return True
        case tree.Unary(operator="-" | "+", operand=operand):
            return _is_quantity(operand)
        case tree.Binary(operator="*" | "/" | "per", left=left):
            return _is_quantity(left)
        case _:
            return False


def _is_unit(expression: tree.Expr, catalogue: Catalogue) -> bool:
    match expression:
        case tree.Name(text=text):
            return text in catalogue
        case tree.Binary(operator="^", left=left, right=right):
            return _is_unit(left, catalogue) and _whole(right) is not None
        case _:
            return False


def describe(dimension: Dimension, time_unit: Unit, catalogue: Catalogue) -> str:
    """How people say a dimension, with time in the model's unit: `people/year`, `1/year`, `person^2`, `1`."""
    time_name = next((name for name, seconds in TIMES.items() if seconds == time_unit.factor), time_unit.text)
    above: list[tuple[str, Fraction]] = []
    below: list[tuple[str, Fraction]] = []
    for base, exponent in sorted(dimension.powers, key=lambda power: power[0] == "time"):
        name = time_name if base == "time" else base
        (above if exponent > 0 else below).append((name, abs(exponent)))
    if len(above) == 1 and above[0][1] == 1:
        numerator = catalogue.plurals.get(above[0][0], above[0][0])
    else:
        numerator = "*".join(_power(name, exponent) for name, exponent in above) or "1"
    return "/".join([numerator, *(_power(name, exponent) for name, exponent in below)])


def _power(name: str, exponent: Fraction) -> str:
    if exponent == 1:
        return name
    return f"{name}^{exponent}" if exponent.denominator == 1 else f"{name}^({exponent})"
