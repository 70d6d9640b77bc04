"""`states`: people who change between states."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

# Out of work by 3.4 % a month, found work by 45 % a month: u* = 0.034 / (0.034 + 0.45) = 0.070248.
TWO = """
simulate 0 to 24 months, step 1/16 month, using METHOD
use labor
dim state = employed, unemployed
states labour {
  state = state
  initial = { employed: 900 people, unemployed: 100 people }
  rate = {
                employed,    unemployed
    employed:   0 / month,   3.4% / month
    unemployed: 45% / month, 7 / month   # what leads back to itself does not count
  }
}
"""

# Round and round: as many pass each state, so shares go as 1/rate: 1 : 1/2 : 1/3 = 6 : 3 : 2.
ROUND = """
simulate 0 to 40 years, step 1/16 year
use labor
dim region = north, south
dim state = working, searching, training
states labour[region] {
  state = state
  initial = { working: 110 people, searching: 0 people, training: 0 people }
  rate = {
               working,  searching, training
    working:   0 / year, 1 / year,  0 / year
    searching: 0 / year, 0 / year,  2 / year
    training:  3 / year, 0 / year,  0 / year
  }
}
"""


@pytest.mark.parametrize(("engine", "method"), [("reference", "euler"), ("fixed", "rk4"), ("scipy", "dop853")])
def test_people_only_change_states(engine: str, method: str) -> None:
    model = sdlang.compile(TWO.replace("METHOD", method))
    (ledger,) = ledgers(model.structure)
    assert ledger.is_closed
    run = model.run(engine=engine, method=method)
    assert run["labour.people"].sum(axis=1) == pytest.approx(np.full(len(run.time), 1000.0), rel=1e-12)


def test_unemployment_goes_to_where_as_many_find_work_as_lose_it() -> None:
    run = sdlang.compile(TWO.replace("METHOD", "rk4")).run()
    # u' = s (1 - u) - f u, so u = u* + (u0 - u*) exp(-(s + f) t)
    rest = 0.034 / 0.484
    expected = rest + (0.1 - rest) * np.exp(-0.484 * run.time)
    assert run["labour.share[unemployed]"] == pytest.approx(expected, abs=1e-8)


def test_in_the_long_run_all_states_are_passed_by_as_many() -> None:
    run = sdlang.compile(ROUND).run()
    for region in ("north", "south"):
        ends = [run[f"labour.people[{region}, {state}]"][-1] for state in ("working", "searching", "training")]
        assert ends == pytest.approx([60, 30, 20], rel=1e-9)
