"""The algebra of units: exact exponents, exact factors."""

from fractions import Fraction

import pytest

from sdlang.units.unit import DIMENSIONLESS, ONE, TIME, Dimension, Unit

PERSON, JOB = Dimension.base("person"), Dimension.base("job")
YEAR = Fraction(31_557_600)  # 365.25 days of 86,400 seconds
MONTH = YEAR / 12


def test_powers_are_added_sorted_and_dropped_where_they_are_zero() -> None:
    assert Dimension.of([("b", Fraction(1)), ("a", Fraction(2)), ("b", Fraction(1))]) == Dimension(
        (("a", Fraction(2)), ("b", Fraction(2)))
    )
    assert Dimension.of([("a", Fraction(1)), ("a", Fraction(-1))]) == DIMENSIONLESS


def test_a_product_does_not_depend_on_the_order_of_its_factors() -> None:
    assert PERSON * JOB == JOB * PERSON
    assert hash(PERSON * JOB) == hash(JOB * PERSON)


def test_a_unit_divided_by_itself_is_none() -> None:
    assert PERSON / PERSON == DIMENSIONLESS
    assert PERSON / TIME * TIME == PERSON


def test_roots_and_powers_undo_each_other_exactly() -> None:
    third = Fraction(1, 3)
    assert (PERSON**third) ** Fraction(3) == PERSON
    assert (PERSON * TIME) ** Fraction(1, 2) * (PERSON * TIME) ** Fraction(1, 2) == PERSON * TIME
    assert PERSON ** Fraction(0) == DIMENSIONLESS


def test_the_exponent_of_what_does_not_occur_is_zero() -> None:
    assert (PERSON / TIME).exponent("time") == -1
    assert (PERSON / TIME).exponent("job") == 0


@pytest.mark.parametrize(
    ("unit", "time", "worth"),
    [
        (Unit("month", TIME, MONTH), YEAR, 1 / 12),  # 12 months are a year
        (Unit("year", TIME, YEAR), MONTH, 12.0),
        (Unit("person/month", PERSON / TIME, 1 / MONTH), YEAR, 12.0),  # one a month is 12 a year
        (Unit("1/month^2", DIMENSIONLESS / TIME / TIME, 1 / MONTH**2), YEAR, 144.0),  # 12 * 12
        (Unit("dozen", PERSON, Fraction(12)), YEAR, 12.0),  # no time in it: its own factor
        (Unit("percent", DIMENSIONLESS, Fraction(1, 100)), YEAR, 0.01),
        (ONE, YEAR, 1.0),
    ],
)
def test_what_a_unit_is_worth_in_a_model_that_counts_time_otherwise(unit: Unit, time: Fraction, worth: float) -> None:
    assert unit.scale(time) == worth


def test_the_root_of_a_time_converts_too() -> None:
    # A month is 1/12 of a year, so the root of a month is sqrt(1/12) of the root of a year.
    root = Unit("month^(1/2)", TIME ** Fraction(1, 2), Fraction(float(MONTH) ** 0.5))
    assert root.scale(YEAR) == pytest.approx((1 / 12) ** 0.5, rel=1e-15)


def test_eighteen_months_are_exactly_one_and_a_half_years() -> None:
    assert 18 * MONTH / YEAR == Fraction(3, 2)
    assert 18 * Unit("month", TIME, MONTH).scale(YEAR) == 1.5
