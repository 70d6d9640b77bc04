"""The two models of Sterman's *Business Dynamics*, chapter 19, against what is published and reproduced."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import sdlang
from sdlang.results.run import Array, Run

CLASSICS = Path(__file__).parent.parent / "models" / "classics"


@cache
def run_of(name: str, scenario: str = "base", method: str = "", step: str | None = None) -> Run:
    return sdlang.load(CLASSICS / f"{name}.sd").run(scenario=scenario, method=method, step=step)


# The labour supply chain ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["euler", "rk4", "dop853"])
def test_half_as_many_people_again_make_vacancy_creation_jump(method: str) -> None:
    run = run_of("labour_supply_chain", method=method)
    jump = 10 + 500 / 13 + (8 * (10 + 500 / 13) - 80) / 4
    assert jump == pytest.approx(125.3846153846, abs=1e-10)
    assert run.at("firm.posts.creating", 9.75) == pytest.approx(10, rel=1e-12)
    assert run.at("firm.posts.creating", 10) == pytest.approx(jump, rel=1e-12)


def within_five_percent(run: Run, firm: str) -> float:
    """How many weeks after the change the staff is within 5 % of the change of its new number, 500."""
    return float(run.time[np.argmax(run[f"{firm}.labor.staff"] <= 525)]) - 10


def test_a_firm_shrinks_slowly_and_twice_as_fast_if_it_dismisses_people() -> None:
    run = run_of("labour_supply_chain", "halving")
    assert 75 <= within_five_percent(run, "firm") < 76
    assert 37 <= within_five_percent(run, "strict_firm") < 38


# Inventory and workforce ----------------------------------------------------------------------------------------------


def amplified(run: Run, plant: str) -> float:
    """The largest rise of the production that is started, over the rise of the orders."""
    return float((run[f"{plant}.begun"].max() - 10_000) / 2_000)


def peaks(values: Array) -> list[int]:
    inner = values[1:-1]
    return [int(place) + 1 for place in np.flatnonzero((inner > values[:-2]) & (inner >= values[2:]))]


def test_a_plant_amplifies_the_rise_of_its_orders() -> None:
    run = run_of("inventory_workforce")
    assert amplified(run, "eager") == pytest.approx(1.601, abs=5e-4)
    assert amplified(run, "staffed") == pytest.approx(2.054, abs=5e-4)
    assert run["staffed_fills"].min() == pytest.approx(88.4, abs=0.05)
    assert run["workforce.posts.creating"].max() / 10 == pytest.approx(6.76, abs=5e-3)


def test_the_exact_course_differs_from_that_of_euler_by_a_percent() -> None:
    run = run_of("inventory_workforce", method="rk4")
    assert amplified(run, "eager") == pytest.approx(1.60, abs=5e-3)
    assert amplified(run, "staffed") == pytest.approx(2.04, abs=5e-3)
    assert run["staffed_fills"].min() == pytest.approx(88.5, abs=0.05)
    assert run["workforce.posts.creating"].max() / 10 == pytest.approx(6.72, abs=5e-3)


@pytest.mark.parametrize("method", ["euler", "rk4", "dop853"])
def test_its_workforce_swings_with_a_period_of_a_year(method: str) -> None:
    run = run_of("inventory_workforce", method=method)
    times = run.time[peaks(run["workforce.labor.staff"])]
    assert len(times) == 5
    np.testing.assert_allclose(np.diff(times), 52, atol=0.75)
    heights = run["workforce.labor.staff"][peaks(run["workforce.labor.staff"])] - 1_200
    assert np.all(np.diff(heights) < 0), "it dies down"


def test_both_start_in_balance() -> None:
    run = run_of("inventory_workforce")
    before = run.time < 10
    for name in ("eager.begun", "staffed.begun"):
        np.testing.assert_allclose(run[name][before], 10_000, rtol=1e-9)
