"""Which units there are, what a file declares, and how a quantity is read and said."""

from fractions import Fraction

import pytest

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source
from sdlang.syntax import tree
from sdlang.syntax.parser import parse, parse_expression
from sdlang.units.catalogue import (
    BUILT_IN,
    Catalogue,
    declare_unit,
    describe,
    plural,
    quantity,
    unit_of,
    written_unit,
)
from sdlang.units.unit import DIMENSIONLESS, TIME, Dimension

PERSON = Dimension.base("person")
# 365.25 days of 24 hours of 3,600 seconds: 365.25 * 86,400 = 31,557,600; a month is a twelfth of that.
YEAR, MONTH, WEEK = 31_557_600, 2_629_800, 604_800


def expression(text: str) -> tree.Expr:
    found: list[Diagnostic] = []
    read = parse_expression(Source("a.sd", text), found)
    assert read is not None
    assert not found
    return read


def declared(text: str) -> tuple[Catalogue, list[Diagnostic]]:
    """The catalogue with all that a text declares, and what was told."""
    found: list[Diagnostic] = []
    catalogue = BUILT_IN
    for declaration in parse(Source("a.sd", text), found).declarations:
        assert isinstance(declaration, tree.UnitDeclaration)
        catalogue = declare_unit(declaration, catalogue, found)
    return catalogue, found


def value(text: str, catalogue: Catalogue = BUILT_IN) -> tuple[Fraction, Dimension | None]:
    number = expression(text)
    assert isinstance(number, tree.Number)
    found: list[Diagnostic] = []
    result = quantity(number, catalogue, found)
    assert not found
    return result


@pytest.mark.parametrize(
    ("text", "factor", "dimension"),
    [
        ("person/month", Fraction(1, MONTH), PERSON / TIME),
        ("people per week", Fraction(1, WEEK), PERSON / TIME),
        ("1/year", Fraction(1, YEAR), DIMENSIONLESS / TIME),
        ("person*year", Fraction(YEAR), PERSON * TIME),
        ("USD/(person*hour)", Fraction(1, 3_600), Dimension.base("USD") / PERSON / TIME),
        ("person^2", Fraction(1), PERSON * PERSON),
        ("person^-1", Fraction(1), DIMENSIONLESS / PERSON),
        ("percent", Fraction(1, 100), DIMENSIONLESS),
        ("1", Fraction(1), DIMENSIONLESS),
        ("1_000 people", Fraction(1_000), PERSON),
    ],
)
def test_an_annotation_is_a_product_of_units(text: str, factor: Fraction, dimension: Dimension) -> None:
    found: list[Diagnostic] = []
    unit = unit_of(expression(text), BUILT_IN, found)
    assert not found
    assert unit is not None
    assert (unit.factor, unit.dimension) == (factor, dimension)


@pytest.mark.parametrize("text", ["person + person", "-person", "max(person, 1)", "person^x", "person^(1/2)", "1 / 0"])
def test_what_is_no_product_of_units_is_told(text: str) -> None:
    found: list[Diagnostic] = []
    assert unit_of(expression(text), BUILT_IN, found) is None
    assert [diagnostic.code for diagnostic in found] == ["not-a-unit"]


def test_an_unknown_unit_is_told_with_the_one_that_was_meant() -> None:
    found: list[Diagnostic] = []
    assert unit_of(expression("persn/month"), BUILT_IN, found) is None
    assert [diagnostic.code for diagnostic in found] == ["unknown-unit"]
    assert "did you mean `person`" in found[0].message


@pytest.mark.parametrize(
    ("text", "exact", "dimension"),
    [
        ("5", Fraction(5), None),
        ("8%", Fraction(2, 25), DIMENSIONLESS),
        ("0.1 years", Fraction(YEAR, 10), TIME),
        ("18 months", Fraction(18 * MONTH), TIME),
        ("1_200 people", Fraction(1_200), PERSON),
        ("2.5 billion HKD", Fraction(2_500_000_000), Dimension.base("HKD")),
        ("3 thousand", Fraction(3_000), None),
        ("1e-3 people", Fraction(1, 1_000), PERSON),
        ("4 weeks^2", Fraction(4 * WEEK**2), TIME * TIME),
        ("4 weeks^-1", Fraction(4, WEEK), DIMENSIONLESS / TIME),
        ("50 percent", Fraction(1, 2), DIMENSIONLESS),
    ],
)
def test_a_number_with_words_is_an_exact_value(text: str, exact: Fraction, dimension: Dimension | None) -> None:
    assert value(text) == (exact, dimension)


def test_times_fit_into_each_other_exactly() -> None:
    assert value("12 months") == value("1 year") == value("4 quarters")
    assert value("365.25 days") == value("1 year")
    assert value("7 days") == value("1 week") == value("168 hours")


def test_a_unit_goes_by_all_of_its_names_and_by_its_plural() -> None:
    catalogue, found = declared("unit worker = staff = hands")
    assert not found
    assert value("3 workers", catalogue) == value("3 staff", catalogue) == value("3 hands", catalogue)
    assert value("3 worker", catalogue)[1] == Dimension.base("worker")


def test_a_unit_may_be_a_multiple_of_others() -> None:
    catalogue, found = declared("unit dozen = 12 robots\nunit shift = 8 hours\nunit workload = 2 dozen/shift")
    assert not found
    assert value("2 dozens", catalogue) == (Fraction(24), Dimension.base("robot"))
    # 2 dozen are 24 robots; a shift is 8 * 3,600 = 28,800 seconds: 24 / 28,800 = 1 / 1,200 robots a second
    assert value("1 workload", catalogue) == (Fraction(1, 1_200), Dimension.base("robot") / TIME)


def test_declaring_a_unit_again_in_the_same_sense_is_harmless() -> None:
    catalogue, found = declared("unit person = people\nunit person = people")
    assert not found
    assert value("3 people", catalogue) == (Fraction(3), PERSON)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("unit year = 360 days", "unit-is-another"),
        ("unit robot = people", "unit-is-another"),
        ("unit dozen = 12 thinsg", "unknown-unit"),
        ("unit dozen = 0 robots", "not-a-unit"),
    ],
)
def test_a_unit_that_contradicts_another_or_is_worth_nothing_is_told(text: str, code: str) -> None:
    _, found = declared(text)
    assert [diagnostic.code for diagnostic in found] == [code]


def test_a_unit_that_contradicts_another_leaves_that_one_as_it_was() -> None:
    catalogue, _ = declared("unit year = 360 days")
    assert value("1 year", catalogue) == (Fraction(YEAR), TIME)


@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("robot", "robots"),
        ("vacancy", "vacancies"),
        ("day", "days"),  # a vowel before the y
        ("box", "boxes"),
        ("class", "classes"),
        ("batch", "batches"),
        ("USD", "USD"),
    ],
)
def test_plurals_are_english(name: str, many: str) -> None:
    assert plural(name) == many


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("8% / year", "1/year"),
        ("5 people", "people"),
        ("-5 people", "people"),
        ("35_000 HKD/person/year", "HKD/person/year"),
        ("20% per month", "1/month"),
        ("8 person*hour", "person*hour"),
        ("(5 people)", "people"),
        ("3 weeks^2", "weeks^2"),
        ("8%", "1"),
        ("5", None),
        ("5 people + 3 people", None),
        ("5 people / x", None),
        ("x / year", None),
    ],
)
def test_the_unit_in_which_a_number_is_written_is_its_unit(text: str, unit: str | None) -> None:
    written = written_unit(expression(text), BUILT_IN)
    assert (written.text if written else None) == unit


def test_dimensions_are_said_as_people_say_them() -> None:
    catalogue, _ = declared("unit person = people")
    year, month = catalogue["year"], catalogue["month"]
    assert describe(PERSON, year, catalogue) == "people"
    assert describe(PERSON / TIME, year, catalogue) == "people/year"
    assert describe(PERSON / TIME, month, catalogue) == "people/month"
    assert describe(DIMENSIONLESS / TIME, year, catalogue) == "1/year"
    assert describe(DIMENSIONLESS, year, catalogue) == "1"
    assert describe(PERSON * PERSON, year, catalogue) == "person^2"
    assert describe(PERSON ** Fraction(1, 2), year, catalogue) == "person^(1/2)"
    assert describe(Dimension.base("USD") / PERSON / TIME, year, catalogue) == "USD/person/year"
    assert describe(Dimension.base("robot"), year, catalogue) == "robots"
    assert describe(TIME, catalogue["years"], catalogue) == "years"


def test_a_catalogue_may_lack_some_names() -> None:
    less = BUILT_IN.without({"vacancy", "vacancies"})
    assert "vacancy" not in less
    assert "vacancies" not in less
    assert "person" in less
    assert len(less) == len(BUILT_IN) - 2
