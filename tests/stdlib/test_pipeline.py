"""`pipeline` with its `stage` and `conveyor_stage`: people enter, pass, drop out and graduate, and nobody is lost."""

from math import exp, factorial

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers
from tests.expected import assert_as_expected

ENGINES = (("reference", "euler"), ("fixed", "euler"), ("fixed", "rk4"), ("scipy", "dop853"))
every_engine = pytest.mark.parametrize(("engine", "method"), ENGINES)

# The block of the language's tour, as it is written there, with graduates that split.
RETRAINING = """
simulate 2025 to 2045 years, step 1/48 year, using rk4
use labor
stock unemployed = 4 million people
stock technicians = 0 people
stock clerks = 0 people
stock waiting_list = 0 people
param applicants = 60_000 people/year
param seats_free = 100_000 people/year
pipeline retraining {
  entrants  <- unemployed
  graduates -> technicians
  enrol     = min(applicants, seats_free)
  capacity  = 40_000 people, overflow -> waiting_list
  stage classroom { duration = 9 months, dropout = 15%, dropouts -> unemployed }
  stage placement { duration = 6 months, spread = erlang(3) }
}
"""
EVERYBODY = ("unemployed", "technicians", "clerks", "waiting_list", "retraining.people")


def course(parts: str, more: str = "", enrol: str = "100 people/year") -> str:
    return f"""
simulate 0 to 60 years, step 1/32 year, using rk4
use labor
stock young = 10_000 people
stock skilled = 0 people
stock lost = 0 people
pipeline course {{
  entrants <- young, graduates -> skilled
  enrol = {enrol}{more}
  {parts}
}}
"""


# The block -----------------------------------------------------------------------------------------------------------


def test_the_block_of_the_tour_works_as_written() -> None:
    model = sdlang.compile(RETRAINING)
    units = model.units
    assert (units["retraining.graduating"], units["retraining.classroom.people"]) == ("people/year", "people")
    run = model.run()
    # Full: 40_000 in training. Each who enters stays 9 months, and 85 % of them 6 months more: 1.175 years.
    assert run["retraining.people"][-1] == pytest.approx(40_000, rel=1e-9)
    assert run["retraining.completion"][-1] == pytest.approx(0.85, rel=1e-12)
    assert run["retraining.duration"][-1] == pytest.approx(1.25, rel=1e-12)
    assert run["retraining.graduating"][-1] == pytest.approx(40_000 / 1.175 * 0.85, rel=1e-6)


def test_its_ledger_is_proved_closed() -> None:
    together = [each for each in ledgers(sdlang.compile(RETRAINING).structure) if len(each.stocks) > 1]
    assert [each.is_closed for each in together] == [True]
    assert len(together[0].stocks) == 5  # three of the file, two of the stages


@every_engine
def test_nobody_is_lost(engine: str, method: str) -> None:
    text = RETRAINING.replace("-> technicians", "-> { technicians: 60%, clerks: rest }")
    run = sdlang.compile(text).run(engine=engine, method=method)
    np.testing.assert_allclose(sum(run[name] for name in EVERYBODY), 4e6, rtol=1e-9)
    # Of the graduates 60 % become technicians at any time.
    np.testing.assert_allclose(run["technicians"] * 0.4, run["clerks"] * 0.6, rtol=1e-9)


def test_pipelines_of_several_sectors_are_one_equation_each() -> None:
    text = RETRAINING.replace("stock unemployed", "dim sector = shops, banks\nstock unemployed")
    text = text.replace("pipeline retraining {", "pipeline retraining[sector] {")
    run = sdlang.compile(text).run()
    single = sdlang.compile(RETRAINING).run()
    np.testing.assert_allclose(run["retraining.people[shops]"], single["retraining.people"], rtol=1e-12)
    np.testing.assert_allclose(run["technicians"], 2 * single["technicians"], rtol=1e-9, atol=1e-6)


# Steady state: Little's law and completion ----------------------------------------------------------------------------


@every_engine
def test_four_years_in_four_steps_are_completed_by_the_share_that_survives(engine: str, method: str) -> None:
    parts = "stage study { duration = 4 years, spread = erlang(4), dropout_rate = 5% / year, dropouts -> lost }"
    run = sdlang.compile(course(parts)).run(engine=engine, method=method)
    completed = run["course.graduating"][-1] / 100
    assert completed == pytest.approx(1.05**-4, rel=1e-9)  # (1 + d tau / n)^-n
    assert completed == pytest.approx(0.8227024748, abs=1e-10)
    assert run["course.completion"][-1] == pytest.approx(completed, rel=1e-9)
    # Little: of 100 a year who enter, 100 - 82.27 drop out, 5 % of those in it.
    people = run["course.study.people"][-1]
    assert people == pytest.approx((100 - 82.27024748) / 0.05, rel=1e-8)
    assert people == pytest.approx(100 * run["course.study.stay"][-1], rel=1e-9)


@every_engine
def test_four_stages_of_a_year_do_the_same(engine: str, method: str) -> None:
    parts = "\n  ".join(
        f"stage year{n} {{ duration = 1 year, dropout_rate = 5% / year, dropouts -> lost }}" for n in (1, 2, 3, 4)
    )
    run = sdlang.compile(course(parts)).run(engine=engine, method=method)
    assert run["course.graduating"][-1] == pytest.approx(82.27024748, rel=1e-9)
    for n in (1, 2, 3, 4):  # L = lambda W in each stage: W = 1 / (1 + 0.05)
        assert run[f"course.year{n}.people"][-1] == pytest.approx(100 * 1.05 ** -(n - 1) / 1.05, rel=1e-8)


@every_engine
def test_on_a_conveyor_those_complete_who_survive_the_whole_time(engine: str, method: str) -> None:
    parts = "conveyor_stage study { duration = 4 years, dropout_rate = 5% / year, dropouts -> lost }"
    run = sdlang.compile(course(parts)).run(engine=engine, method=method)
    assert run["course.graduating"][-1] == pytest.approx(100 * exp(-0.2), rel=1e-9)
    assert run["course.completion"][-1] == pytest.approx(0.8187307531, abs=1e-10)
    assert run["course.people"][-1] == pytest.approx(100 * (1 - exp(-0.2)) / 0.05, rel=1e-9)
    np.testing.assert_allclose(run["young"] + run["skilled"] + run["lost"] + run["course.people"], 10_000, rtol=1e-9)


@every_engine
@pytest.mark.parametrize("kind", ["stage", "conveyor_stage"])
def test_without_dropouts_people_are_inflow_times_duration(kind: str, engine: str, method: str) -> None:
    parts = f"{kind} one {{ duration = 2 years }}\n  {kind} two {{ duration = 6 months }}"
    run = sdlang.compile(course(parts)).run(engine=engine, method=method)
    assert run["course.one.people"][-1] == pytest.approx(200, rel=1e-8)
    assert run["course.two.people"][-1] == pytest.approx(50, rel=1e-8)
    assert run["course.graduating"][-1] == pytest.approx(100, rel=1e-8)


@every_engine
@pytest.mark.parametrize("kind", ["stage", "conveyor_stage"])
def test_a_share_that_drops_out_is_a_share_of_those_who_enter(kind: str, engine: str, method: str) -> None:
    spread = ", spread = erlang(3)" if kind == "stage" else ""
    parts = f"{kind} study {{ duration = 2 years{spread}, dropout = 15%, dropouts -> lost }}"
    run = sdlang.compile(course(parts)).run(engine=engine, method=method)
    assert run["course.graduating"][-1] == pytest.approx(85, rel=1e-8)
    assert run["course.study.lost"][-1] == pytest.approx(15, rel=1e-8)
    assert run["course.completion"][-1] == pytest.approx(0.85, rel=1e-12)
    if kind == "conveyor_stage":  # those who drop out stay half of the time: 85 * 2 + 15 * 1
        assert run["course.people"][-1] == pytest.approx(185, rel=1e-8)
    else:
        assert run["course.people"][-1] == pytest.approx(100 * run["course.study.stay"][-1], rel=1e-8)


@every_engine
@pytest.mark.parametrize("part", ["dropout = 15%", "dropout_rate = 5% / year"])
def test_a_stage_starts_in_balance_with_what_it_holds(part: str, engine: str, method: str) -> None:
    parts = f"stage study {{ duration = 3 years, spread = erlang(3), initial = 100 people, {part}, dropouts -> lost }}"
    model = sdlang.compile(course(parts, enrol="100 people / course.study.stay"))
    run = model.run(engine=engine, method=method)
    np.testing.assert_allclose(run["course.study.held"], np.tile(run["course.study.held"][0], (len(run.time), 1)))
    assert run["course.people"][0] == pytest.approx(100, rel=1e-12)


# On the way there ----------------------------------------------------------------------------------------------------


def test_who_enters_a_stage_at_once_leaves_it_as_an_erlang_distribution_says() -> None:
    parts = "stage study { duration = 6 years, spread = erlang(3), initial = 0 people }"
    run = sdlang.compile(course(parts, enrol="pulse(3_200 people/year, 0, 0.03125 years)")).run()
    time = run.time[run.time > 0] - 1 / 64  # they came within the first step, on average half a step ago
    density = 100 * 0.5**3 * time**2 * np.exp(-0.5 * time) / factorial(2)
    np.testing.assert_allclose(run["course.graduating"][run.time > 0], density, atol=2e-3)
    assert run.time[np.argmax(run["course.graduating"])] == pytest.approx(4, abs=1 / 16)  # (n - 1) / n * 6


@every_engine
def test_who_enters_a_conveyor_at_once_leaves_it_at_once(engine: str, method: str) -> None:
    parts = "conveyor_stage study { duration = 6 years }\n  conveyor_stage practice { duration = 2 years }"
    text = course(parts, enrol="pulse(100 people/year, 1, 1 year)")
    run = sdlang.compile(text).run(engine=engine, method=method)
    assert run.at("skilled", 9) == pytest.approx(0, abs=1e-9)  # 1 + 6 + 2
    assert run.at("skilled", 9.5) == pytest.approx(50, rel=1e-9)
    assert run.at("skilled", 10) == pytest.approx(100, rel=1e-9)


def test_stages_and_conveyors_follow_one_another() -> None:
    parts = (
        "conveyor_stage school { duration = 2 years }\n  stage search { duration = 1 year }\n"
        "  conveyor_stage practice { duration = 1 year }"
    )
    text = course(parts).replace("-> skilled", "-> { skilled: 75%, lost: rest }")
    run = sdlang.compile(text).run()
    assert run["course.graduating"][-1] == pytest.approx(100, rel=1e-8)
    np.testing.assert_allclose(run["skilled"], 3 * run["lost"], rtol=1e-9)
    np.testing.assert_allclose(run["young"] + run["skilled"] + run["lost"] + run["course.people"], 10_000, rtol=1e-9)


# Capacity ------------------------------------------------------------------------------------------------------------

FULL = course(
    "stage study { duration = 2 years, spread = erlang(4) }", ", capacity = 150 people, overflow -> waiting"
).replace("stock lost", "stock waiting")


@every_engine
def test_under_a_capacity_the_queue_grows_by_what_finds_no_seat(engine: str, method: str) -> None:
    run = sdlang.compile(FULL).run(engine=engine, method=method)
    assert run["course.people"].max() <= 150 * (1 + 1e-9)
    late = run.time >= 30
    # 150 seats, 2 years each, let 75 a year in; 100 come: the queue grows by 25 a year.
    slopes = np.diff(run["waiting"][late]) / np.diff(run.time[late])
    np.testing.assert_allclose(slopes, 25, rtol=1e-6)
    np.testing.assert_allclose(run["young"] + run["skilled"] + run["waiting"] + run["course.people"], 10_000, rtol=1e-9)


def test_who_waits_is_called_up_when_seats_become_free() -> None:
    text = FULL.replace("enrol = 100 people/year", "enrol = pulse(100 people/year, 0, 20 years)")
    run = sdlang.compile(text).run()
    assert run.at("waiting", 20) > 400
    # 75 a year are called up: less than 500 are through in 7 years.
    assert run.at("waiting", 28) == pytest.approx(0, abs=1e-3)
    assert run["waiting"].min() >= -1e-9
    assert run["skilled"][-1] == pytest.approx(2_000, rel=1e-6)  # all who came


def test_a_conveyor_under_a_capacity_takes_in_who_it_lets_out() -> None:
    text = FULL.replace("stage study", "conveyor_stage study").replace(", spread = erlang(4)", "")
    run = sdlang.compile(text).run()
    assert run["course.people"].max() <= 150 * (1 + 1e-9)
    # Seats that are taken for two years each: a wave that goes round, of 150 in two years.
    assert run.at("skilled", 60) - run.at("skilled", 58) == pytest.approx(150, rel=0.01)
    np.testing.assert_allclose(run["young"] + run["skilled"] + run["waiting"] + run["course.people"], 10_000, rtol=1e-9)


def test_those_for_whom_there_is_no_room_may_leave_the_model() -> None:
    run = sdlang.compile(FULL.replace("overflow -> waiting", "overflow -> cloud")).run()
    np.testing.assert_allclose(run["course.people"][run.time > 30], 150, rtol=1e-6)


# A pipeline that feeds itself ----------------------------------------------------------------------------------------


def test_of_those_whom_a_professor_trains_one_can_follow() -> None:
    """Larson, Ghaffarzadegan and Xue (2014): 7.8 doctors in a professor's career; in a steady state 1 / 7.8 = 12.8 % of
    them can hold a chair."""
    run = sdlang.compile(
        """
simulate 0 to 60 years, step 1/16 year, using rk4
use labor
param career = 20 years
param doctors = 7.8
stock applicants = 100_000 people
stock looking = 0 people
pool chairs {
  initial = 1_000 people, desired = 1_000 people, retire_rate = 1 / career
  hires <- looking
}
pipeline study {
  enrol = chairs.staff * doctors / career
  entrants <- applicants, graduates -> looking
  stage thesis { duration = 5 years, spread = erlang(4), initial = 1_950 people }
}
aux follow = chairs.hiring / study.graduating
"""
    ).run()
    assert run["follow"][-1] == pytest.approx(1 / 7.8, rel=1e-9)
    assert run["follow"][-1] == pytest.approx(0.128, abs=5e-4)
    assert run["study.people"][-1] == pytest.approx(7.8 * 1_000 / 20 * 5, rel=1e-9)  # Little


# Mistakes ------------------------------------------------------------------------------------------------------------

GOOD = """
simulate 0 to 60 years, step 1/32 year, using rk4
use labor
stock young = 10_000 people
stock skilled = 0 people
stock robots_built = 0 robots
pipeline course {
  enrol = 100 people/year
  entrants <- young
  graduates -> skilled
  stage study { duration = 2 years }
}
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("duration = 2 years }", "spread = erlang(2) } # error[missing-argument]"),
        ("2 years }", "2 years, dropout = 5% } # error[missing-overflow]"),
        ("2 years }", "2 years, dropout_rate = 5% / year } # error[missing-overflow]"),
        ("2 years }", "2 years, dropout_rate = 5%, dropouts -> young } # error[argument-unit]"),
        ("2 years }", "2 years, dropout = 5% / year, dropouts -> young } # error[argument-unit]"),
        ("2 years }", "2 years, spread = erlang(2.5) } # error[not-a-whole-number]"),
        ("2 years }", "2 years, spread = erlang(0) } # error[not-a-whole-number]"),
        ("2 years }", "2 years, spread = normal } # error[not-a-whole-number]"),
        ("2 years }", "2 people } # error[argument-unit]"),
        ("2 years }", "1 day } # error[step-too-large]"),
        ("stage study", "pool study"),
        ("graduates -> skilled", "graduates -> { skilled: 60%, young: 30% } # error[shares-do-not-sum]"),
        ("graduates -> skilled", "graduates <- skilled # error[wrong-arrow]"),
        ("entrants <- young", "entrants <- old # error[unknown-stock]"),
    ],
)
def test_a_mistake_in_a_use_is_told_at_its_line(right: str, wrong: str) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong)
    if wrong == "pool study":
        text = text.replace("2 years }", "2 years } # error[wrong-part]")
    assert_as_expected(text, None)


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("  stage study { duration = 2 years }\n", "", "wrong-part"),
        ("  graduates -> skilled\n", "", "missing-port"),
        ("  entrants <- young\n", "", "missing-port"),
        ("100 people/year", "100 people/year, capacity = 5 people", "missing-overflow"),
    ],
)
def test_what_is_missing_is_told_once_at_the_name_of_the_use(right: str, wrong: str, code: str) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong).replace("pipeline course {", f"pipeline course {{ # error[{code}]")
    assert_as_expected(text, None)
