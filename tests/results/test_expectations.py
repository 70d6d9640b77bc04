"""Whether what is expected came true: by how much, and where it is closest to failing."""

import pytest

import sdlang
from sdlang.compiler import Options, check, simulate
from sdlang.results.expectations import Verdict
from sdlang.source import Source

# x falls by 2 a year from 10 to 0; y rises by 3 from 0 to 15. Straight lines, so every method is exact.
MODEL = """
simulate 2020 to 2025 years, step 1/4
unit person = people
param limit = 4 people
stock x = 10 people
stock y = 0 people
flow f: x -> cloud = 2 people/year
flow g: cloud -> y = 3 people/year
aux both = x + y
plot limit
"""


def verdicts(text: str, scenario: str = "base") -> tuple[Verdict, ...]:
    return sdlang.compile(MODEL + text).study((scenario,)).verdicts


def verdict(expectation: str) -> Verdict:
    (found,) = verdicts(f"expect {expectation}\n")
    return found


@pytest.mark.parametrize(
    ("expectation", "holds", "margin", "time"),
    [
        ("x >= 0 people", True, 0.0, 2025.0),
        ("x > 0 people", False, 0.0, 2025.0),  # 0 is not above 0
        ("x > 4 people", False, -4.0, 2025.0),  # 0 - 4
        ("x <= 10 people", True, 0.0, 2020.0),
        ("x < 12 people", True, 2.0, 2020.0),
        ("y < 12 people", False, -3.0, 2025.0),  # 12 - 15
        ("y >= limit - 5 people", True, 1.0, 2020.0),  # 0 - (4 - 5)
        ("x > 4 people at 2022", True, 2.0, 2022.0),  # 10 - 2 * 2 = 6
        ("x > 4 people at 2023", False, 0.0, 2023.0),
        ("x == 6 people at 2022", True, 0.0, 2022.0),
        ("x == 5 people at 2022", False, -1.0, 2022.0),
        ("x != 5 people at 2022", True, 1.0, 2022.0),
        ("y > 2 people after 2021", True, 1.0, 2021.0),  # 3 at 2021 and more later
        ("y >= 4 people after 2021", False, -1.0, 2021.0),
        ("y < 3 people before 2021", True, 0.75, 2020.75),  # a quarter earlier it is 2.25
        ("x > y before 2022", True, 1.25, 2021.75),  # 10 - 3.5 = 6.5 against 5.25
        ("x > 1 person and y < 20 people at 2021", True, 7.0, 2021.0),  # 8 - 1 and 20 - 3: the smaller
        ("x > 9 people or y > 1 person at 2021", True, 2.0, 2021.0),  # -1 and 2: the larger
        ("not x > 9 people at 2021", True, 1.0, 2021.0),  # 8 is 1 below 9
        ("not x > 7 people at 2021", False, -1.0, 2021.0),
        ("max(x, y) > 5 people always", True, 1.0, 2022.0),  # 10 - 2 t and 3 t cross at t = 2, where both are 6
    ],
)
def test_a_comparison_has_a_margin_and_a_place(expectation: str, holds: bool, margin: float, time: float) -> None:
    found = verdict(expectation)
    assert found.holds == holds
    assert found.margin == pytest.approx(margin, abs=1e-12)
    assert found.time == time


def test_a_time_between_saved_points_is_read_on_the_straight_line() -> None:
    found = verdict("x > 5 people at 2021.1")
    assert found.margin == pytest.approx(10 - 2 * 1.1 - 5, rel=1e-12)
    assert found.time == 2021.1


def test_a_run_that_breaks_an_expectation_about_zero_stops_but_others_are_judged() -> None:
    text = MODEL.replace("stock x = 10", "stock x = 5")
    with pytest.raises(sdlang.NumericFailure):
        sdlang.compile(text + "expect x >= 0 people\n").study()
    (found,) = sdlang.compile(text + "expect x >= 1 person\n").study().verdicts
    assert (found.holds, found.margin, found.time) == (False, pytest.approx(-6.0), 2025.0)  # 5 - 10 - 1


def test_margins_are_told_in_the_unit_of_what_is_judged() -> None:
    text = MODEL + "aux packed : dozen = x\nunit dozen = 12 people\n"
    (found,) = sdlang.compile(text + "expect packed < 1 dozen\n").study().verdicts
    assert found.unit == "dozen"
    assert found.margin == pytest.approx(2 / 12, rel=1e-12)  # 12 - 10 people


def test_the_values_at_the_decisive_time_are_told() -> None:
    found = verdict("x > y at 2023")
    assert found.text == "x > y at 2023"
    assert found.detail == "at 2023: `x` = 4 people, `y` = 9 people"
    assert (found.margin, found.holds) == (pytest.approx(-5.0), False)


def test_an_expectation_may_read_the_time_and_tables() -> None:
    table = "table least(t) = (2020, 9) (2025, -1)\n"
    text = f"{table}expect x / 1 person > least(time)\nexpect time < 2030\n"
    first, second = verdicts(text)
    # x is 10 - 2 t, the table 9 - 2 t: always 1 above it
    assert first.margin == pytest.approx(1, rel=1e-9)
    assert second.margin == pytest.approx(5, rel=1e-12)


def test_expectations_of_a_scenario_are_judged_in_that_scenario_only() -> None:
    text = "scenario s {\n  limit = 20 people\n  expect y < limit\n}\nexpect x <= 10 people\n"
    outcome = sdlang.compile(MODEL + text).study(("all",))
    assert [(v.scenario, v.text) for v in outcome.verdicts] == [
        ("", "x <= 10 people"),
        ("s", "y < limit"),
        ("s", "x <= 10 people"),
    ]


def test_expectations_about_times_that_a_shorter_run_does_not_reach_are_left_out() -> None:
    checked = check(Source("a.sd", MODEL + "expect x > 1 person at 2024\nexpect x > 1 person at 2021\n"))
    assert [v.text for v in simulate(checked, Options(stop=2022)).verdicts] == ["x > 1 person at 2021"]


# Conservation --------------------------------------------------------------------------------------------------------

CLOSED = """
simulate 0 to 10 years, step 1/8
stock a = 70 people
stock b = 30 people
flow f: a -> b = a / 2 years
flow g: b -> a = b / 3 years
"""


def conserved(expectation: str, text: str = CLOSED) -> Verdict:
    (found,) = sdlang.compile(f"{text}expect conserved({expectation})\n").study().verdicts
    return found


def test_a_closed_total_is_proved_and_measured() -> None:
    found = conserved("a + b")
    assert found.holds
    assert found.detail.startswith("proved: no flow changes this total")


def test_a_total_that_flows_change_names_them() -> None:
    found = conserved("a")
    assert not found.holds
    assert found.detail.startswith("changed by `f`, `g`")
    assert found.margin < 0


def test_a_total_that_is_no_sum_of_stocks_is_measured() -> None:
    found = conserved("a * 1 + b")
    assert found.holds
    assert found.detail.startswith("measured: it is no plain sum of stocks")


def test_flows_that_balance_keep_a_total_though_it_is_not_proved() -> None:
    text = CLOSED + "flow in_: cloud -> a = 1 person/year\nflow out: b -> cloud = 1 person/year\n"
    found = conserved("a + b", text)
    assert found.holds
    assert found.detail.startswith("changed by `in_`, `out`")


def test_nothing_is_conserved_of_nothing() -> None:
    text = "simulate 0 to 1 years, step 1\nstock a = 0\nstock b = 0\nflow f: a -> b = 0\n"
    assert conserved("a + b", text).holds


def test_a_total_is_proved_constant_where_events_move_within_it() -> None:
    text = "simulate 0 to 4 years, step 1 month\nstock a = 9\nstock b = 1\nwhen a > 5 { move m: a -> b = a / 3 }\n"
    found = conserved("a + b", text)
    assert found.holds
    assert found.detail.startswith("proved: no flow and no move changes this total")


def test_a_move_that_changes_a_total_is_named() -> None:
    text = "simulate 0 to 4 years, step 1 month\nstock a = 9\nstock b = 1\nat 2 { move gift: cloud -> b = 3 }\n"
    found = conserved("a + b", text)
    assert not found.holds
    assert found.detail.startswith("changed by `gift`; largest drift 3")
