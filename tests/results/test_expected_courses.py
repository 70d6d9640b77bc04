"""What is expected of whole courses: moments that are conditions, deadlines, values over the run, other scenarios."""

import pytest

import sdlang
from sdlang.compiler import Options, check, simulate
from sdlang.results.expectations import Verdict, shares_of_runs as of_runs
from sdlang.source import Source

# x falls by 2 a year from 10 to 0; y rises by 3 from 0 to 15; z goes up by 4 a year until 2022 and then down by 4.
# Straight lines, so every method is exact.
MODEL = """
simulate 2020 to 2025 years, step 1/4
param pace = 2 people/year
stock x = 10 people
stock y = 0 people
stock z = 0 people
flow f: x -> cloud = pace
flow g: cloud -> y = 3 people/year
flow h: cloud -> z = if time < 2022 then 4 people/year else -4 people/year
scenario slow { pace = 1 person/year }
"""


def verdicts(text: str, *scenarios: str) -> tuple[Verdict, ...]:
    return sdlang.compile(MODEL + text).study(scenarios or ("base",)).verdicts


def verdict(expectation: str) -> Verdict:
    (found,) = verdicts(f"expect {expectation}\n")
    return found


@pytest.mark.parametrize(
    ("expectation", "holds", "margin", "time"),
    [
        ("x < 1 person eventually", True, 1.0, 2025.0),
        ("x < 0 people eventually", False, 0.0, 2025.0),
        ("z > 7 people eventually", True, 1.0, 2022.0),  # 8 at 2022
        ("z > 7 people eventually before 2022", False, 0.0, 2021.75),  # 7 a quarter before
        ("x > 5 people until y > 5 people", True, 1.5, 2021.75),  # y is 5.25 there: the first saved point above 5
        ("x > 7 people until y > 5 people", False, -0.5, 2021.75),
        ("x > 5 people until y > 50 people", False, -5.0, 2025.0),  # never: the whole run
        ("x > 6 people before y > 5 people", True, 1.0, 2021.5),
        ("y < 16 people after x < 4 people", True, 1.0, 2025.0),
        ("x < 4 people after y > 9 people", True, 0.5, 2023.25),  # first above 9 at 2023.25: x = 3.5
        ("y > 9 people within 4 years", True, 3.0, 2024.0),  # 12 at 2024
        ("y > 9 people within 3 years", False, 0.0, 2023.0),
        ("y > 9 people within 1 year after 2022.5", True, 1.5, 2023.5),
        ("y > 9 people within 1 year after x < 6.1 people", False, 0.0, 2023.0),  # x = 6 at 2022; y = 9 a year later
        ("y > 9 people within 1.25 years after x < 6.1 people", True, 0.75, 2023.25),
        ("z < 1 person eventually after 2023", True, 5.0, 2025.0),  # -4 at the end
        ("peak(z) == 8 people", True, 0.0, 2020.0),
        ("trough(z) > -5 people", True, 1.0, 2020.0),  # 8 - 4 * 3
        ("final(x) < initial(x) - 9 people", True, 1.0, 2020.0),
        ("peak(z) < 5 people after 2023", True, 1.0, 2023.0),  # of the part that is looked at: 4
        ("value_at(y, 2021) > 2 people", True, 1.0, 2020.0),
        ("value_at(y, 2021.1) < 3.4 people", True, 0.1, 2020.0),  # 3.3
        ("x > 0.5 * peak(z) at 2024", True, 2.0, 2024.0),  # of one moment the peak is its value: 0
    ],
)
def test_an_expectation_has_a_margin_and_a_place(expectation: str, holds: bool, margin: float, time: float) -> None:
    found = verdict(expectation)
    assert (found.holds, found.margin) == (holds, pytest.approx(margin, abs=1e-9)), found.detail
    assert found.time == time


def test_what_waits_for_something_that_never_comes_fails_and_says_how_near_it_was() -> None:
    found = verdict("x > 0 people after y > 20 people")
    assert (found.holds, found.margin, found.unit) == (False, pytest.approx(-5.0), "people")
    assert "never comes true" in found.detail
    assert not verdict("x > 0 people within 1 year after y > 20 people").holds


def test_a_deadline_counts_from_each_time_the_event_becomes_true() -> None:
    text = MODEL.replace(
        "if time < 2022 then 4 people/year else -4 people/year", "8 people/year * cos(2 * time / (1 year))"
    )
    held = sdlang.compile(text + "expect z < 0 people within 2 years after z > 3 people\n").study(("base",)).verdicts
    assert [verdict.holds for verdict in held] == [True]


def test_what_is_open_when_the_run_ends_is_no_verdict() -> None:
    found = verdict("x < -1 person within 3 years after x < 3 people")
    assert not found.holds
    assert "not decided" in found.detail


def test_an_expectation_between_scenarios_is_judged_once() -> None:
    (found,) = verdicts("expect x under slow > x under base at 2024\n", "all")
    assert (found.holds, found.margin, found.scenario) == (True, pytest.approx(4.0), "")  # 10 - 4 and 10 - 8
    assert "under slow" in found.detail


def test_an_expectation_against_a_scenario_is_judged_in_every_run() -> None:
    found = verdicts("expect x >= x under base\n", "all")
    assert [(each.scenario, each.holds) for each in found] == [("", True), ("slow", True)]


def test_values_over_the_run_of_another_scenario() -> None:
    (found,) = verdicts("expect final(x) under slow == 5 people\n", "all")
    assert found.holds
    assert "`final(x) under slow` = 5 people" in found.detail


def test_what_reads_a_scenario_that_was_not_run_is_left_out() -> None:
    assert verdicts("expect x under slow > x under base at 2024\n") == ()


def test_an_extreme_is_judged_in_a_run_of_its_own() -> None:
    assert verdict("extreme(f = 0, conserved(x))").holds
    assert verdict("extreme(f = 0, g = 0, conserved(x + y))").holds
    assert not verdict("conserved(x)").holds
    assert verdict("extreme(x = 4 people, final(x) == -6 people)").holds
    assert verdict("extreme(pace = 1 person/year, final(x) == 5 people)").holds


def test_of_what_is_split_each_element_is_expected_to_have_the_shape() -> None:
    text = """
simulate 0 to 4 years, step 1
dim region = north, south
param growth[region] = { north: 1 person/year, south: -1 person/year }
stock staff[region] = 10 people
flow hired[region]: cloud -> staff = growth
expect rises(staff)
expect rises(staff[north])
expect monotone(staff)
"""
    one, other, third = sdlang.compile(text).study(("base",)).verdicts
    assert (one.holds, other.holds, third.holds) == (False, True, True)
    assert one.detail.startswith("[south] it falls by 4")


def test_shapes_join_with_comparisons() -> None:
    assert verdict("rises(y) and y < 20 people").holds
    assert verdict("not rises(x)").holds
    assert not verdict("falls(y) or x > 5 people").holds


def test_data_are_compared_at_their_own_times(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "d.csv").write_text("year,value\n2021,8\n2022,5\n2030,1\n")
    text = MODEL + 'series d : person = csv("d.csv", time = "year", value = "value"), linear, hold\n'
    # x is 8 and 6 there: errors of 0 and 1/5, 10 % on average; root mean square sqrt(1/2) over a mean of 6.5
    for measure, holds in (
        ("mape < 10.1%", True),
        ("mape < 9.9%", False),
        ("rmse < 10.9%", True),
        ("rmse < 10.8%", False),
    ):
        model = sdlang.compile(text + f"expect fits(x, d, {measure})\n", folder=folder)
        assert [each.holds for each in model.study(("base",)).verdicts] == [holds], measure


def test_a_claim_gathers_the_verdicts_on_what_is_expected_of_it() -> None:
    found = verdicts('claim "up" from "a talk" {\n  expect rises(y)\n  expect x > 20 people\n}\n')
    assert [(each.claim, each.holds) for each in found] == [("up", True), ("up", False)]


def test_a_stock_below_zero_breaks_a_claim_and_not_the_run() -> None:
    (found,) = verdicts('claim "never" { expect z >= 0 people }\n')
    assert not found.holds


def test_a_share_of_runs_counts_those_in_which_it_holds() -> None:
    source = Source("m.sd", MODEL + "expect x > 5 people at 2022\nexpect x > 7 people at 2022\n")
    good, bad = simulate(check(source), Options()).verdicts
    assert of_runs([good] * 19 + [bad], 0.95).holds
    found = of_runs([good] * 18 + [bad] * 2, 0.95)
    assert (found.holds, found.margin) == (False, pytest.approx(-0.05))
    assert "18 of 20 runs" in found.detail
