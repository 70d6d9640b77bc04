"""`pool`, `vacancies` and `labor_supply`: people employed, and how a firm comes by them."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers
from sdlang.model.model import Flow
from tests.expected import assert_as_expected

ENGINES = (("reference", "euler"), ("fixed", "rk4"), ("scipy", "dop853"))
every_engine = pytest.mark.parametrize(("engine", "method"), ENGINES)

# The block of the language's tour, as it is written there.
CLERKS = """
simulate 2025 to 2035 years, step 1/64 year, using rk4
use labor
dim sector = shops, banks
param productivity = 10 task/person
param tasks[sector] = { shops: 25 million task, banks: 20 million task }
stock unemployed = 4 million people
stock pensioners = 0 people
pool clerks[sector] {
  initial     = 2.4 million people
  desired     = tasks / productivity
  hire_time   = 6 months
  quit_rate   = 12% / year
  retire_rate = 2.5% / year
  hires   <- unemployed
  quits   -> unemployed
  retired -> RETIRED
}
"""


def simple(more: str = "", ports: str = "") -> str:
    return f"""
simulate 0 to 20 years, step 1/64 year, using rk4
use labor
stock jobless = 500 people
pool firm {{
  initial = 100 people, desired = 150 people, hire_time = 2 years{more}
  hires <- jobless{ports}
}}
"""


def test_the_block_of_the_tour_works_as_written() -> None:
    model = sdlang.compile(CLERKS.replace("RETIRED", "cloud"))
    run = model.run()
    assert model.units["clerks.staff"] == "people"
    assert model.units["clerks.hiring"] == "people/year"
    assert run["clerks.staff"].shape == (641, 2)
    # The gap closes within half a year: after ten years nothing of it is left.
    assert run["clerks.staff[shops]"][-1] == pytest.approx(2.5e6, rel=1e-8)
    assert run["clerks.staff[banks]"][-1] == pytest.approx(2.0e6, rel=1e-5)


def test_its_ledger_is_proved_closed_but_for_those_who_retire() -> None:
    ledger, _ = ledgers(sdlang.compile(CLERKS.replace("RETIRED", "cloud")).structure)
    assert (ledger.enters, ledger.leaves) == ((), ("clerks.retiring",))
    closed = ledgers(sdlang.compile(CLERKS.replace("RETIRED", "pensioners")).structure)
    assert [each.is_closed for each in closed] == [True]


@every_engine
def test_its_ledger_closes_in_the_run(engine: str, method: str) -> None:
    run = sdlang.compile(CLERKS.replace("RETIRED", "pensioners")).run(engine=engine, method=method)
    total = run["unemployed"] + run["pensioners"] + run["clerks.staff"].sum(axis=1)
    np.testing.assert_allclose(total, 8.8e6, rtol=1e-9)  # 4 million and two times 2.4


@every_engine
def test_the_gap_closes_exponentially(engine: str, method: str) -> None:
    # Who quits is replaced at once, so staff' = (150 - staff) / 2: 150 - 50 exp(-t / 2).
    text = simple(", quit_rate = 12% / year", ", quits -> jobless")
    run = sdlang.compile(text).run(engine=engine, method=method)
    tolerance = 0.2 if method == "euler" else 1e-5  # Euler: half a step of the rate, 1/128 * 50 / 2, falling
    np.testing.assert_allclose(run["firm.staff"], 150 - 50 * np.exp(-run.time / 2), atol=tolerance)


@every_engine
def test_a_surplus_melts_away_by_those_who_quit(engine: str, method: str) -> None:
    # Where fewer are wanted, nobody is hired: 100 exp(-0.1 t) until 50 are left, after ln 2 / 0.1 = 6.93 years.
    text = simple(", quit_rate = 10% / year", ", quits -> jobless").replace("150 people", "0 people")
    run = sdlang.compile(text).run(engine=engine, method=method)
    tolerance = 0.1 if method == "euler" else 1e-5
    np.testing.assert_allclose(run["firm.staff"], 100 * np.exp(-0.1 * run.time), atol=tolerance)
    assert run["firm.hiring"].max() == 0


def test_a_surplus_is_dismissed_as_hiring_falls_below_nothing() -> None:
    # staff' = -(staff - 20) / 2 with 100 at the start; at most staff / 1 year go, which is more.
    text = simple(", layoff_time = 1 year", ", laid_off -> jobless").replace("150 people", "20 people")
    run = sdlang.compile(text).run()
    np.testing.assert_allclose(run["firm.staff"], 20 + 80 * np.exp(-run.time / 2), atol=1e-5)
    np.testing.assert_allclose(run["firm.staff"] + run["jobless"], 600, rtol=1e-9)


def test_dismissals_take_their_time() -> None:
    # All are too many, within half a year; but they are dismissed over 4 years only: 100 exp(-t / 4).
    text = simple(", layoff_time = 4 years", ", laid_off -> jobless")
    run = sdlang.compile(
        text.replace("150 people", "0 people").replace("hire_time = 2 years", "hire_time = 6 months")
    ).run()
    np.testing.assert_allclose(run["firm.staff"], 100 * np.exp(-run.time / 4), atol=1e-5)


def test_what_is_left_out_makes_no_flow() -> None:
    model = sdlang.compile(simple()).structure
    assert [flow.name for flow in model.flows()] == ["firm.hiring"]
    assert not isinstance(model.variables["firm.laying_off"], Flow)
    (ledger,) = ledgers(model)
    assert ledger.is_closed


def test_pools_share_those_who_seek_work() -> None:
    # Both want 300 a year of 100 who are there within a year: each gets 50 a year at the start.
    text = """
simulate 0 to 5 years, step 1/64 year, using rk4
use labor
dim sector = shops, banks
stock jobless = 100 people
pool clerks[sector] {
  initial = 0 people, desired = 300 people, hire_time = 1 year, hires <- jobless
}
pool cooks {
  initial = 0 people, desired = 300 people, hire_time = 1 year, hires <- jobless
}
share jobless proportional within 1 year
"""
    run = sdlang.compile(text).run()
    assert run["cooks.hiring"][0] == pytest.approx(100 / 3)  # three pools want the same
    assert run["clerks.hiring[shops]"][0] == pytest.approx(100 / 3)
    assert run["jobless"].min() >= 0
    np.testing.assert_allclose(run["jobless"], 100 * np.exp(-run.time), atol=1e-5)


def test_states_are_stocks_and_transitions_flows_between_pools_and_stocks() -> None:
    text = simple(", quit_rate = 10% / year", ", quits -> jobless") + (
        "stock training = 0 people\n"
        "flow starting: jobless -> training = jobless * 5% / year\n"
        "flow placed: training -> firm.staff = training / 1 year\n"
    )
    (ledger,) = ledgers(sdlang.compile(text).structure)
    assert ledger.is_closed
    assert set(ledger.stocks) == {"jobless", "training", "firm.staff"}


# Vacancies -----------------------------------------------------------------------------------------------------------

SUPPLY = """
simulate 0 to 100 weeks, step 1/8 week, using rk4
use labor
stock jobless = 10_000 people
labor_supply firm {
  initial = 1_000 people, desired = 1_000 people + step(500 people, 10)
  hires <- jobless, quits -> jobless
}
"""


@every_engine
def test_a_firm_that_grows_by_half_opens_posts_as_sterman_says(engine: str, method: str) -> None:
    run = sdlang.compile(SUPPLY).run(engine=engine, method=method)
    np.testing.assert_allclose(run["firm.posts.creating"][run.time < 10], 10, rtol=1e-12)  # 1000 / 100, in balance
    # 10 + 500/13 + (8 * (10 + 500/13) - 80) / 4
    assert run.at("firm.posts.creating", 10) == pytest.approx(125.38461538461539, rel=1e-12)
    np.testing.assert_allclose(run["firm.labor.staff"] + run["jobless"], 11_000, rtol=1e-9)


def test_vacancies_obey_little_in_balance() -> None:
    run = sdlang.compile(SUPPLY.replace("step(500 people, 10)", "0 people")).run()
    np.testing.assert_allclose(run["firm.posts.open"], 10 * 8, rtol=1e-12)  # 10 a week, 8 weeks each
    assert {each.is_closed for each in ledgers(sdlang.compile(SUPPLY).structure)} == {True, False}


def test_vacancies_are_withdrawn_where_that_is_said() -> None:
    text = """
simulate 0 to 100 weeks, step 1/8 week, using rk4
use labor
vacancies posts { wanted = 10 jobs/week - step(10 jobs/week, 10), MORE }
"""
    kept = sdlang.compile(text.replace(", MORE", "")).run()
    # 80 open posts are filled within 8 weeks: 80 exp(-(t - 10) / 8).
    after = kept.time >= 10
    np.testing.assert_allclose(kept["posts.open"][after], 80 * np.exp(-(kept.time[after] - 10) / 8), atol=1e-4)
    withdrawn = sdlang.compile(text.replace("MORE", "cancel_time = 2 weeks")).run()
    # Wanted are none: the whole gap of the open posts, spread over 4 weeks, is withdrawn: 1/8 + 1/4 a week go.
    np.testing.assert_allclose(
        withdrawn["posts.open"][after], 80 * np.exp(-(withdrawn.time[after] - 10) * 3 / 8), atol=1e-3
    )


# Mistakes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("  hires <- jobless\n", "NOTHING"),
        ("initial = 100 people, ", "NOTHING"),
        ("hire_time = 2 years", "hire_time = 2 people # error[argument-unit]"),
        ("hire_time = 2 years", "hire_time = 2 # error[argument-unit]"),
        ("hire_time = 2 years", "hire_times = 2 years # error[unknown-argument]"),
        ("hires <- jobless", "hires = jobless # error[wrong-arrow]"),
        ("hires <- jobless", "hires <- jobles # error[unknown-stock]"),
    ],
)
def test_a_mistake_in_a_use_is_told_at_its_line(right: str, wrong: str) -> None:
    text = simple()
    assert right in text
    if wrong == "NOTHING":
        code = "missing-port" if "hires" in right else "missing-argument"
        text = text.replace(right, "").replace("pool firm {", f"pool firm {{ # error[{code}]")
    assert_as_expected(text.replace(right, wrong), None)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (", quit_rate = 3% / year", "missing-overflow"),
        (", layoff_time = 3 months", "missing-overflow"),
        (", hiring_pace = 3 jobs/year", "argument-unit"),
    ],
)
def test_a_mistake_that_no_line_has_is_told_at_the_name_of_the_use(given: str, code: str) -> None:
    assert_as_expected(simple(given).replace("pool firm {", f"pool firm {{ # error[{code}]"), None)
