"""`queue`: who came first is served first."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

ENGINES = (("reference", "euler"), ("fixed", "euler"), ("fixed", "rk4"), ("scipy", "rk45"))
STEPS = ("1/4", "1/8", "1/12")
TEXT = """
simulate 0 to 5 years, step STEP year, using METHOD
use process
param wanted = 60 people/year
stock applicants = 1000 people
stock enrolled = 0 people
queue list {
  arriving = 100 people/year, wanted = wanted, initial = 40 people
  source <- applicants, onward -> enrolled
}
aux everybody = applicants + list.waiting + enrolled
"""


@pytest.mark.parametrize(("engine", "method"), ENGINES)
@pytest.mark.parametrize("step", STEPS)
def test_who_is_served_has_waited_since_as_many_had_come(engine: str, method: str, step: str) -> None:
    run = sdlang.compile(TEXT.replace("STEP", step).replace("METHOD", method)).run(engine=engine)
    # Number 60 t leaves at t; the first 40 were there, the others came at (60 t - 40) / 100.
    exact = np.where(run.time < 40 / 60, run.time, run.time - np.maximum(0, 60 * run.time - 40) / 100)
    assert run["list.wait"] == pytest.approx(exact, abs=1e-9)
    assert run["list.waiting"] == pytest.approx(40 + 40 * run.time, rel=1e-12)
    assert run["everybody"] == pytest.approx(np.full(len(run.time), 1040), rel=1e-12)


@pytest.mark.parametrize(("engine", "method"), ENGINES)
@pytest.mark.parametrize("step", STEPS)
def test_the_number_who_wait_is_inflow_by_wait(engine: str, method: str, step: str) -> None:
    model = sdlang.compile(TEXT.replace("STEP", step).replace("METHOD", method))
    run = model.run({"wanted": 100.0}, engine=engine)
    assert run["list.wait"][-1] == pytest.approx(0.4, rel=1e-9)  # 40 = 100 a year * 0.4 years


@pytest.mark.parametrize(("engine", "method"), ENGINES)
def test_no_more_are_served_than_wait(engine: str, method: str) -> None:
    model = sdlang.compile(TEXT.replace("STEP", "1/8").replace("METHOD", method))
    run = model.run({"wanted": 10_000.0}, engine=engine)
    assert np.min(run["list.waiting"]) > -1e-12
    assert run["list.waiting"][-1] == pytest.approx(100 / 8, rel=1e-9)  # who came in the last step
    assert run["enrolled"][-1] + run["list.waiting"][-1] == pytest.approx(540, rel=1e-12)


def test_its_ledger_is_closed_with_its_ports() -> None:
    (ledger,) = ledgers(sdlang.compile(TEXT.replace("STEP", "1/4").replace("METHOD", "euler")).structure)
    assert ledger.is_closed
    assert set(ledger.stocks) == {"applicants", "list.waiting", "enrolled"}


def test_it_may_be_split() -> None:
    run = sdlang.compile(
        "simulate 0 to 5 years, step 1/8 year\nuse process\ndim town = a, b\n"
        "param served[town] = { a: 50 people/year, b: 100 people/year }\n"
        "queue list[town] { arriving = 100 people/year, wanted = served, initial = 20 people }"
    ).run()
    assert run["list.waiting"][-1] == pytest.approx([270, 20], rel=1e-12)  # 20 + 50 * 5; 20
