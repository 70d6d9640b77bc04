"""The start in equilibrium, against states of rest that are known in closed form."""

from pathlib import Path

import numpy as np
import pytest

import sdlang
from sdlang.engines.equilibrium import Moving, at_rest

ENGINES = ("fixed", "reference", "scipy")
METHODS = {"fixed": "rk4", "reference": "euler", "scipy": "dop853"}
CLOCK = "simulate 0 to 10 years, step 1/8 year\n"
CLASSICS = Path(__file__).parents[2] / "models" / "classics"


def assert_stays(model: sdlang.Model, expected: dict[str, float], **options: str) -> None:
    """The stocks have these values and keep them, in every engine."""
    for engine in ENGINES:
        run = model.run(
            engine=engine, method={"fixed": "rk4", "reference": "euler", "scipy": "dop853"}[engine], **options
        )
        for name, value in expected.items():
            assert run[name][0] == pytest.approx(value, rel=1e-9), (engine, name)
            assert run[name] == pytest.approx(np.full(len(run.time), value), rel=1e-9), (engine, name)


def test_unemployment_rests_where_as_many_are_hired_as_leave() -> None:
    text = """
param s = 40.8% / year
param f = 540% / year
stock employed = 1_000 people
stock jobless = 0 people
flow leaving: employed -> jobless = employed * s
flow hired: jobless -> employed = jobless * f
initial equilibrium
"""
    # u* = s / (s + f) = 0.408 / 5.808 = 0.034 / 0.484, of the 1,000 people who are there
    assert_stays(sdlang.compile(CLOCK + text), {"jobless": 1000 * 0.034 / 0.484, "employed": 1000 * 0.45 / 0.484})


def test_the_task_race_rests_at_two_thirds() -> None:
    text = """
stock share = 10%
flow automating: cloud -> share = 2% / year * (1 - share)
flow new_tasks: share -> cloud = 1% / year * share
initial equilibrium
"""
    assert_stays(sdlang.compile(CLOCK + text), {"share": 2 / 3})  # a / (a + n)


def test_it_is_that_of_the_parameters_and_of_the_scenario_of_the_run() -> None:
    text = """
param goal = 50 people
stock staff = 1 person
flow hiring: cloud -> staff = (goal - staff) / 1 year
initial equilibrium
scenario more { goal = 80 people }
"""
    model = sdlang.compile(CLOCK + text)
    assert_stays(model, {"staff": 80}, scenario="more")
    assert model.run({"goal": 20})["staff"][0] == pytest.approx(20)


def test_the_stocks_of_delays_and_smooths_take_part() -> None:
    text = """
stock staff = 10 people
aux seen = smooth(staff, 1 year, order = 3)
aux arriving = delay(100 people/year, 2 years, order = 4, initial = 0)
flow hiring: cloud -> staff = arriving
flow quits: staff -> cloud = seen / 4 years
initial equilibrium
"""
    assert_stays(sdlang.compile(CLOCK + text), {"staff": 400})  # 100 a year for four years


def test_a_stock_that_is_left_out_keeps_its_value_and_changes() -> None:
    text = """
stock backlog = 10 tasks
stock delivered = 7 tasks
flow ordered: cloud -> backlog = 100 tasks/year
flow done: backlog -> delivered = backlog / 6 months
initial equilibrium except delivered
"""
    run = sdlang.compile(CLOCK + text).run()
    assert run["backlog"] == pytest.approx(np.full(81, 50.0))
    assert (run["delivered"][0], run["delivered"][-1]) == (7, pytest.approx(1007))


def test_a_stock_that_only_fills_is_named() -> None:
    text = """
stock backlog = 10 tasks
stock delivered = 7 tasks
flow ordered: cloud -> backlog = 100 tasks/year
flow done: backlog -> delivered = backlog / 6 months
initial equilibrium
"""
    with pytest.raises(
        sdlang.NumericFailure, match="it only fills; write `initial equilibrium except delivered`"
    ) as failure:
        sdlang.compile(CLOCK + text).run()
    assert failure.value.variable == "delivered"


def test_flows_that_cannot_be_equal_are_named() -> None:
    text = """
stock s = 10 people
flow coming: cloud -> s = 5 people/year + s^2 / (1 person * 1 year)
flow going: s -> cloud = s / 1 year
initial equilibrium
"""
    # s^2 - s + 5 = 0 has no real solution
    with pytest.raises(sdlang.NumericFailure, match="what flows into and out of `s` does not become equal"):
        sdlang.compile(CLOCK + text).run()


def test_what_is_not_determined_stays_and_is_listed() -> None:
    text = """
stock here = 30 people
stock there = 10 people
stock free = 7 people
flow to_there: here -> there = here / 1 year
flow to_here: there -> here = there / 1 year
flow in_and_out: cloud -> free = 0 people/year
flow left: free -> cloud = 0 people/year
initial equilibrium
"""
    run = sdlang.compile(CLOCK + text).run()
    assert (run["here"][0], run["there"][0], run["free"][0]) == pytest.approx((20, 20, 7))
    assert "`free`" in run.notes[0]
    assert "`here`" not in run.notes[0]


def test_totals_of_several_closed_pools_stay() -> None:
    text = """
dim region = north, south
stock employed[region] = { north: 90 people, south: 40 people }
stock jobless[region] = { north: 10 people, south: 60 people }
param s[region] = { north: 10% / year, south: 20% / year }
flow leaving[region]: employed -> jobless = employed * s
flow hired[region]: jobless -> employed = jobless / 1 year
initial equilibrium
"""
    # u* = s / (s + 1): 1 / 11 of 100 and 1 / 6 of 100
    assert_stays(sdlang.compile(CLOCK + text), {"jobless[north]": 100 / 11, "jobless[south]": 100 / 6})


def test_a_table_and_a_limit_take_part() -> None:
    text = """
table pull(x : person) = (0, 2) (100, 1) (200, 0)
stock s = 20 people
flow coming: cloud -> s = min(40 people/year, 60 people/year * pull(s))
flow going: s -> cloud = s / 4 years
initial equilibrium
"""
    # where the table decides: 60 (2 - s / 100) = s / 4, s = 120 / 0.85; there the limit of 40 does not bind
    assert_stays(sdlang.compile(CLOCK + text), {"s": 120 / 0.85})


def test_a_hundred_stocks_find_their_rest() -> None:
    """A chain of a hundred stages with losses: each holds what comes in over (1 / time + loss)."""
    text = """
dim stage = 1 .. 100
stock held[stage] = 1 person
flow entering: cloud -> held[1] = 100 people/year
flow passing[stage]: held[stage] -> held[stage + 1] = held / 0.5 years
flow lost[stage]: held -> cloud = held * 1% / year
initial equilibrium
"""
    run = sdlang.compile("simulate 0 to 1 years, step 1/8 year\n" + text).run()
    ratio = 2 / 2.01
    expected = [100 / 2.01 * ratio**place for place in range(100)]
    assert run["held"][0] == pytest.approx(expected, rel=1e-9)
    assert run["held"][-1] == pytest.approx(expected, rel=1e-9)


def test_the_labour_supply_chain_rests_as_computed_by_hand() -> None:
    """Staff as desired; vacancies = quits * time to fill = 1,000 / 100 weeks * 8 weeks = 80."""
    text = (CLASSICS / "labour_supply_chain.sd").read_text()
    changed = text.replace("initial = 1_000 people", "initial = 300 people")
    run = sdlang.compile(changed + "\ninitial equilibrium\n", folder=CLASSICS).run({"change": 0})
    assert run["firm.labor.staff"] == pytest.approx(np.full(len(run.time), 1000.0))
    assert run["firm.posts.open"] == pytest.approx(np.full(len(run.time), 80.0))


def test_the_nearest_of_several_is_found() -> None:
    text = """
stock x = START
flow f: cloud -> x = (x - 1) * (x - 3) * (5 - x) / 1 year
initial equilibrium
"""
    for start, rest in ((0.8, 1), (3.2, 3), (6, 5)):
        run = sdlang.compile(CLOCK + text.replace("START", str(start))).run()
        assert run["x"][0] == pytest.approx(rest)


def test_slopes_of_sympy_and_differences_lead_to_the_same() -> None:
    def rates(x: np.ndarray) -> np.ndarray:
        return np.array([4 - x[0] ** 2, x[0] - x[1]])

    def slopes(x: np.ndarray) -> np.ndarray:
        return np.array([[-2 * x[0], 0], [1, -1]])

    for known in (slopes, lambda _: None):
        found = at_rest(np.array([1.0, 1.0]), rates, lambda x: np.abs(x) + 4, known, np.eye(2))
        assert found.values == pytest.approx([2, 2], rel=1e-12)
        assert found.undetermined == ()


def test_what_does_not_rest_says_what_is_left() -> None:
    with pytest.raises(Moving) as moving:
        at_rest(np.array([1.0]), lambda x: np.array([1 + x[0] ** 2]), lambda x: np.ones(1), lambda _: None, np.eye(1))
    assert moving.value.left.max() > 0
