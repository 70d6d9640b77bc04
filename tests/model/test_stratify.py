"""`stratify`: what is split, what is shared out, what stays; and that nothing is gained or lost by it."""

from pathlib import Path

import numpy as np
import pytest

import sdlang
from sdlang.results.run import Array
from tests.expanded import assert_runs_alike, flat
from tests.expected import diagnostics_of

MODELS = Path(__file__).parents[2] / "models"
CLOCK = "simulate 2024 to 2034 years, step 1/16 year\ndim region = north, south\n"
STAFF = "param rate = 8% / year\nstock staff = 1_000 people\nflow quits: staff -> cloud = staff * rate\n"
SHARED = "  staff = { north: 70%, south: 30% }\n"


def lines(text: str) -> list[str]:
    """The declarations behind the clock and the dimension."""
    return flat(CLOCK + text).splitlines()[2:]


def codes(text: str) -> list[str]:
    return [d.code for d in diagnostics_of(CLOCK + text, None)]


def whole(values: Array) -> Array:
    """The sum over all strata at each time."""
    total: Array = values.reshape(len(values), -1).sum(axis=1)
    return total


def test_a_stock_is_shared_out_and_what_reads_it_is_split() -> None:
    assert lines(STAFF + f"aux twice = 2 * staff\nstratify model by region {{\n{SHARED}}}\nplot twice") == [
        "param rate = 8% / year",
        "stock staff[region] : people = staff.shares * 1_000 people",
        "param staff.shares[region] : 1 = { north: 70%, south: 30% }",
        "flow quits[region]: staff -> cloud : people/year = staff * rate",
        "aux twice[region] : people = 2 * staff",
        "plot twice",
    ]


def test_an_amount_is_kept_or_shared_out() -> None:
    text = STAFF + "param target = 1_200 people\naux gap = target - staff\nstratify model by region {\n" + SHARED
    kept = lines(text + "  keep target\n}\n")
    assert "aux gap[region] : people = target - staff" in kept
    shared = lines(text + "  target = { north: 60%, south: 40% }\n}\n")
    place = shared.index("param target = 1_200 people")
    assert shared[place : place + 4] == [
        "param target = 1_200 people",
        "param target.shares[region] : 1 = { north: 60%, south: 40% }",
        "param target.part[region] : people = target.shares * target",
        "aux gap[region] : people = target.part - staff",
    ]


def test_what_is_kept_reads_the_sum() -> None:
    text = STAFF + f"aux all = staff + 2 * staff\nstratify model by region {{\n{SHARED}  keep all\n}}\n"
    assert "aux all : people = sum(staff over region) + 2 * sum(staff over region)" in lines(text)


def test_people_may_come_from_a_stock_that_is_kept() -> None:
    text = (
        "param rate = 8% / year\nstock staff = 1_000 people\nstock idle = 50 people\n"
        "flow quits: staff -> idle = staff * rate\nflow hiring: idle -> staff = staff * 1% / year\n"
        f"stratify model by region {{\n{SHARED}  keep idle\n}}\nexpect conserved(staff + idle)\n"
    )
    run = sdlang.compile(CLOCK + text).run()
    total = whole(run.own["staff"]) + run.own["idle"]
    np.testing.assert_allclose(total, 1_050, rtol=1e-12)
    assert "expect conserved(sum(staff over region) + idle)" in lines(text)


def test_a_rate_may_have_a_value_for_each_stratum() -> None:
    rates = "  rate = { north: 8% / year, south: 16% / year }\n"
    run = sdlang.compile(CLOCK + STAFF + f"stratify model by region {{\n{SHARED}{rates}}}\n").run()
    # Each shrinks by its own rate from its own share: 700 exp(-0.08 t) and 300 exp(-0.16 t), after ten years.
    np.testing.assert_allclose(run.own["staff"][-1], [700 * np.exp(-0.8), 300 * np.exp(-1.6)], rtol=1e-9)


def test_an_auxiliary_is_shared_out_too() -> None:
    text = (
        "aux arriving = step(30 people/year, 2026)\nstock staff = 0 people\nflow coming: cloud -> staff = arriving\n"
        "stratify model by region {\n  arriving = { north: 2/3, south: 1/3 }\n}\n"
    )
    run = sdlang.compile(CLOCK + text).run(method="euler")
    np.testing.assert_allclose(run.own["staff"][-1], [160, 80], rtol=1e-9)  # 30 a year for 8 years, 2 : 1


def test_zero_and_what_is_split_already_need_no_shares() -> None:
    text = STAFF + "stock gone = 0 people\nstock idle = staff * 10%\nflow a: staff -> gone = staff * rate\n"
    run = sdlang.compile(CLOCK + text + f"stratify model by region {{\n{SHARED}}}\nplot idle\n").run()
    np.testing.assert_allclose(run.own["idle"][0], [70, 30], rtol=1e-12)
    assert run.own["gone"][0].tolist() == [0, 0]


def test_smooths_and_contests_are_split_with_what_they_read() -> None:
    text = (
        STAFF + "flow moves: staff -> cloud = staff * 90% / year\nshare staff proportional within 1 year\n"
        f"aux seen = smooth(staff, 1 year, order = 2)\nstratify model by region {{\n{SHARED}}}\n"
    )
    assert_runs_alike(CLOCK + text)
    split, plain = (sdlang.compile(CLOCK + each).run() for each in (text, text.partition("stratify")[0]))
    np.testing.assert_allclose(whole(split.own["seen"]), plain.own["seen"], rtol=1e-12)


TWO = """
dim region = north, south
dim skill = low, mid, high
stratify model by region, skill {
  staff  = { north: 70%, south: 30% } * { low: 20%, mid: 50%, high: 30% }
  target = { north: 70%, south: 30% } * { low: 20%, mid: 50%, high: 30% }
}
"""


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_the_labor_pool_by_region_and_skill_adds_up_to_the_flat_one(method: str) -> None:
    text = (MODELS / "labor_pool.sd").read_text(encoding="utf-8")
    plain, split = sdlang.compile(text), sdlang.compile(text + TWO)
    for scenario in plain.scenarios:
        one, other = (each.run(scenario=scenario, method=method) for each in (plain, split))
        for name in ("staff", "vacancies", "hiring", "quits", "opening", "filling", "desired_hires"):
            assert other.own[name].shape[1:] == (2, 3)
            np.testing.assert_allclose(whole(other.own[name]), one.own[name], rtol=1e-12)


def test_an_epidemic_in_strata_of_equal_people_spreads_as_in_one() -> None:
    # Contacts are with all: what each stratum meets is the kept sum, so the sum over strata obeys the flat equations.
    text = (MODELS / "classics" / "sir.sd").read_text(encoding="utf-8")
    text = text.replace("/ illness * infectious", "/ illness * carriers")
    assert "carriers" in text
    text += "\naux carriers = infectious\n"
    strata = (
        "dim age = young, old\nstratify model by age {\n  keep population, carriers, first_cases\n"
        "  susceptible = { young: 40%, old: 60% }\n  infectious = { young: 100%, old: 0% }\n}\n"
    )
    one, other = sdlang.compile(text).run(), sdlang.compile(text + strata).run()
    for name in ("susceptible", "infectious", "recovered"):
        np.testing.assert_allclose(whole(other.own[name]), one.own[name], rtol=1e-9)
        assert whole(other.own[name])[0] == pytest.approx(one.own[name][0], rel=1e-12)


def test_a_scenario_of_the_whole_reaches_all_parts() -> None:
    text = (
        STAFF + "param target = 1_200 people\nflow hiring: cloud -> staff = (target - staff) / 1 year\n"
        "scenario less {\n  target = 900 people from 2026\n}\n"
    )
    strata = f"stratify model by region {{\n{SHARED}  target = {{ north: 50%, south: 50% }}\n}}\n"
    plain, split = sdlang.compile(CLOCK + text), sdlang.compile(CLOCK + text + strata)
    one, other = (each.run(scenario="less") for each in (plain, split))
    np.testing.assert_allclose(whole(other.own["staff"]), one.own["staff"], rtol=1e-12)
    assert_runs_alike(CLOCK + text + strata)


def test_units_are_not_needed_but_say_which_variables_are_amounts() -> None:
    # Without units nobody can know that `target` is an amount: it is the same for all strata.
    text = "param target = 1200\nstock staff = 1000\nflow f: cloud -> staff = (target - staff) / 1 year\n"
    assert codes(text + f"stratify model by region {{\n{SHARED}}}\n") == []
    assert codes(
        text.replace("1200", "1200 people").replace("1000", "1000 people") + "stratify model by region {\n}\n"
    ) == [
        "amount-unclear",
        "shares-missing",
    ]


def test_shares_may_be_made_of_parameters_and_are_added_up_all_the_same() -> None:
    text = (
        STAFF
        + "param north_part = 0.7\nstratify model by region {{\n  staff = {{ north: north_part, south: {} }}\n}}\n"
    )
    assert codes(text.format("1 - north_part")) == []
    assert codes(text.format("north_part")) == ["strata-shares"]


def test_the_message_gives_shares_to_begin_with() -> None:
    (told,) = diagnostics_of(CLOCK + STAFF + "stratify model by region {\n}\n", None)
    assert "staff = { north: 50%, south: 50% }" in told.hint
    assert codes(STAFF + "stratify model by region {\n  staff = { north: 50%, south: 50% }\n}\n") == []


EVENTS = """
stock gone = 0 people
param lot = 200 people
param limit = 900 people
when staff < limit {
  move hired: cloud -> staff = lot
  move forgotten: gone -> cloud = gone / 2
}
at 2030 { move cut: staff -> gone = staff * 20% }
"""
KEPT = "  staff = { north: 70%, south: 30% }\n  lot = { north: 70%, south: 30% }\n  keep limit"


def test_events_are_split_like_flows_and_wait_for_sums() -> None:
    made = lines(STAFF + EVENTS + "stratify model by region {\n" + KEPT + "\n}\n")
    place = made.index("when sum(staff over region) < limit {")
    assert made[place + 1 : place + 6] == [
        "  move hired[region]: cloud -> staff : people = lot.part",
        "  move forgotten[region]: gone -> cloud : people = gone / 2",
        "}",
        "at 2030 {",
        "  move cut[region]: staff -> gone : people = staff * 20%",
    ]


@pytest.mark.parametrize("method", ["euler", "rk4", "dop853"])
def test_events_of_the_strata_add_up_to_those_of_the_whole(method: str) -> None:
    given = sdlang.compile(CLOCK + STAFF + EVENTS).run(method=method)
    split = sdlang.compile(CLOCK + STAFF + EVENTS + "stratify model by region {\n" + KEPT + "\n}\n").run(method=method)
    for name in ("staff", "gone"):
        np.testing.assert_allclose(whole(split[name]), given[name], rtol=1e-9, atol=1e-9)
    assert len(split.firings) == len(given.firings) > 3
    for one, other in zip(given.firings, split.firings, strict=True):
        assert one.time == pytest.approx(other.time, abs=1e-9)
        assert dict(one.moved) == pytest.approx(dict(other.moved), rel=1e-9)


def test_a_move_that_is_kept_reads_sums() -> None:
    text = STAFF + "stock budget = 0 people\nat 2030 { move paid: cloud -> budget = staff / 2 }\n"
    text += "stratify model by region {\n  staff = { north: 70%, south: 30% }\n  keep budget"
    assert "  move paid[region]: cloud -> budget : people = staff / 2" in lines(text + "\n}\n")
    assert "  move paid: cloud -> budget : people = sum(staff over region) / 2" in lines(text + ", paid\n}\n")
