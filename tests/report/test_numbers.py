"""Numbers as people write them, and round values for axes."""

import pytest
from hypothesis import given, strategies as st

from sdlang.report.numbers import change, difference, percentage, readable, tick_text, ticks, with_unit

THIN = "\u202f"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (1200.0, f"1{THIN}200"),
        (1234567.0, "1.235 million"),
        (999_999.99, "1 million"),
        (2.5e9, "2.5 billion"),
        (3.2e-7, "3.2·10⁻⁷"),
        (-14.724, "−14.72"),
        (0.08, "0.08"),
        (float("nan"), "not a number"),
        (float("-inf"), "−∞"),
        (-0.00004, "−4·10⁻⁵"),
    ],
)
def test_numbers_are_told_in_four_digits(value: float, said: str) -> None:
    assert readable(value) == said


def test_units_stand_behind_their_numbers() -> None:
    assert with_unit(5, "people") == "5 people"
    assert with_unit(0.08, "1/year") == "8 % per year"
    assert with_unit(4.2, "percent") == "4.2 %"
    assert with_unit(7, "1") == "7"
    assert difference(0.3, "percent") == "0.3 pp"  # of two percentages, not a share of one


def test_shares_and_changes() -> None:
    assert percentage(0.1234) == "12.3 %"
    assert percentage(1e-9) == "< 0.0001 %"
    assert change(80, 96) == "+20 %"
    assert change(100, 76) == "−24 %"
    assert change(1200, 1200.001) == "±0 %"
    assert change(0, 5) == ""
    assert change(1, 250) == "×250"


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12))
def test_ticks_are_round_ascend_and_enclose(low: float, span: float) -> None:
    high = low + span
    marks = ticks(low, high)
    assert 2 <= len(marks) <= 12
    assert all(a < b for a, b in zip(marks, marks[1:], strict=False))
    slack = 1e-6 * max(abs(low), abs(high), 1e-300)
    assert marks[0] <= low + slack
    assert marks[-1] >= high - slack


def test_ticks_of_round_spans() -> None:
    assert ticks(0, 10) == (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)
    assert ticks(1000, 1200) == (1000.0, 1050.0, 1100.0, 1150.0, 1200.0)
    assert tick_text(0.5, 0.5) == "0.5"
    assert tick_text(1000, 50) == f"1{THIN}000"
