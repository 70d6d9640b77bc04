"""`coflow`: what people carry with them, as a total that moves with them."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

ENGINES = ("reference", "fixed", "scipy")
CURRICULUM = """
simulate 0 to 60 years, step 1/8 year, using rk4
unit point = points
use labor
param renewal = 4 years
param growth  = 3 points/year
stock teachers = 100 people
flow replaced: teachers -> cloud = teachers / renewal
flow arriving: cloud -> teachers = replaced
aux frontier = 50 points + growth * time
coflow content {
  members = teachers, joining = arriving, leaving = replaced
  initial = 50 points, brought = frontier
}
aux gap = frontier - content.mean
"""
TWO = """
simulate 0 to 20 years, step 1/8 year, using ENGINE
unit point = points
use labor
stock junior = 80 people
stock senior = 20 people
flow promoted: junior -> senior = junior * 10% / year
flow demoted: senior -> junior = senior * 5% / year
coflow learned {
  members = junior, joining = demoted, leaving = promoted, initial = 3 points, brought = master.mean
  origin <- master.total, onward -> master.total
}
coflow master {
  members = senior, joining = 0 people/year, leaving = 0 people/year, initial = 9 points
}
aux everything = learned.total + master.total
expect conserved(learned.total + master.total)
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_taught_lags_a_growing_frontier_by_growth_times_renewal(engine: str) -> None:
    run = sdlang.compile(CURRICULUM).run(engine=engine)
    assert run["gap"][-1] == pytest.approx(12, rel=1e-5)  # g * tau = 3 * 4; 60 years are 15 times tau
    assert run["content.mean"] * run["teachers"] == pytest.approx(run["content.total"], rel=1e-12)


def test_on_the_way_there_the_gap_closes_exponentially() -> None:
    run = sdlang.compile(CURRICULUM).run(engine="scipy")
    assert run["gap"] == pytest.approx(12 * (1 - np.exp(-run.time / 4)), abs=1e-4)  # gap' = g - gap / tau


def test_tenure_grows_by_a_year_a_year_and_leaves_with_the_mean() -> None:
    run = sdlang.compile(
        "simulate 0 to 80 years, step 1/8 year, using rk4\nunit point = points\nuse labor\nstock staff = 100 people\n"
        "flow quits: staff -> cloud = staff * 20% / year\nflow hires: cloud -> staff = quits\n"
        "coflow tenure { members = staff, joining = hires, leaving = quits, initial = 0 years, gain = 1 }"
    ).run()
    assert run["tenure.mean"][-1] == pytest.approx(5, rel=1e-6)  # 1 / quit rate


def test_skill_fades_and_is_renewed() -> None:
    run = sdlang.compile(
        "simulate 0 to 80 years, step 1/8 year, using rk4\nunit point = points\nuse labor\nstock staff = 100 people\n"
        "coflow skill { members = staff, joining = 0 people/year, leaving = 0 people/year, initial = 10 points\n"
        "decay = 8% / year, renewed = staff * 12% / year, renewed_to = 20 points }"
    ).run()
    assert run["skill.mean"][-1] == pytest.approx(20 * 12 / (12 + 8), rel=1e-6)  # 0.12 (20 - m) = 0.08 m


@pytest.mark.parametrize(("engine", "method"), [("reference", "euler"), ("fixed", "rk4"), ("scipy", "rk45")])
def test_what_moves_from_one_group_to_another_is_conserved(engine: str, method: str) -> None:
    # The flow that promotes takes the mean of the juniors along, and the one that demotes that of the seniors.
    model = sdlang.compile(TWO.replace("ENGINE", method))
    run = model.run(engine=engine)
    assert run["everything"] == pytest.approx(np.full(len(run.time), 80 * 3 + 20 * 9), rel=1e-12)
    people, skill = ledgers(model.structure)
    assert people.is_closed
    assert skill.between == ("learned.bringing", "learned.taking")
    assert skill.enters == ("master.bringing",)  # nobody joins the seniors but by promotion
    assert skill.leaves == ("master.taking",)


def test_a_group_of_nobody_has_the_mean_with_which_it_began() -> None:
    run = sdlang.compile(
        "simulate 0 to 2 years, step 1/8 year\nunit point = points\nuse labor\nstock staff = 0 people\n"
        "coflow skill { members = staff, joining = 0 people/year, leaving = 0 people/year, initial = 7 points }"
    ).run()
    assert np.all(run["skill.mean"] == 7)
