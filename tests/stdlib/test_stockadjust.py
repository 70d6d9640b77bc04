"""`stockadjust`: keep a stock where it should be, minding what is under way."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

# Sterman, Business Dynamics (2000), ch. 19: jobs last 100 weeks, 8 weeks to fill a vacancy, 4 to adjust vacancies and
# 13 to adjust the staff; 1,000 in balance.
LABOUR = """
simulate 0 to 400 weeks, step 1/4 week, using rk4
use labor
param desired = 1000 people
stock staff = 1000 people
flow quits: staff -> cloud = staff / 100 weeks
stockadjust hiring {
  desired = desired * (1 + step(CHANGE, 10)), loss = quits
  adjust_time = 13 weeks, delay = 8 weeks, line_adjust_time = 4 weeks
  level -> staff
}
"""


@pytest.mark.parametrize("engine", ["reference", "fixed", "scipy"])
def test_vacancy_creation_jumps_as_in_the_labour_supply_chain(engine: str) -> None:
    run = sdlang.compile(LABOUR.replace("CHANGE", "50%")).run(engine=engine)
    assert run.at("hiring.ordering", 9.75) == pytest.approx(10, rel=1e-12)  # in balance: 1000 / 100
    assert run.at("hiring.line", 9.75) == pytest.approx(80, rel=1e-12)  # 8 weeks of it
    # 10 + 500/13 + (8 (10 + 500/13) - 80) / 4
    assert run.at("hiring.ordering", 10) == pytest.approx(125.3846153846, rel=1e-9)
    assert run["staff"][-1] == pytest.approx(1500, rel=1e-6)
    assert run["hiring.line"][-1] == pytest.approx(120, rel=1e-6)  # Little: 15 a week, 8 weeks each


def test_nothing_is_taken_back_from_the_line() -> None:
    run = sdlang.compile(LABOUR.replace("CHANGE", "-50%")).run()
    assert np.min(run["hiring.ordering"]) == 0
    assert np.min(run["hiring.line"]) >= 0
    # Without layoffs, staff fall by attrition alone: within 5 % (of 1,000, published so) after 75 weeks.
    within = run.time[np.abs(run["staff"] - 500) <= 25]
    assert 70 < within[0] - 10 < 80


def test_its_ledger_closes() -> None:
    model = sdlang.compile(LABOUR.replace("CHANGE", "50%"))
    (ledger,) = ledgers(model.structure)
    assert ledger.enters == ("hiring.ordering",)
    assert ledger.leaves == ("quits",)
    run = model.run(engine="fixed", method="euler")
    change = np.cumsum(run["hiring.ordering"] - run["quits"])[:-1] * 0.25
    assert run["staff"][1:] + run["hiring.line"][1:] == pytest.approx(1080 + change, rel=1e-9)


def test_a_level_must_be_given() -> None:
    with pytest.raises(sdlang.ModelError) as caught:
        sdlang.compile(LABOUR.replace("CHANGE", "50%").replace("  level -> staff\n", ""))
    assert "missing-port" in [d.code for d in caught.value.diagnostics]
