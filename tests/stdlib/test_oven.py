"""`oven`: a batch at a time."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

ENGINES = (("reference", "euler"), ("fixed", "euler"), ("fixed", "rk4"), ("scipy", "rk45"))
STEPS = ("1/4", "1/8", "1/12")
TEXT = """
simulate 0 to 10 years, step STEP year, using METHOD
use process
param size = 25 people
stock applicants = 200 people
stock graduates = 0 people
oven class {
  arriving = min(10 people/year, applicants / 1 year), capacity = size, fill_time = 1 year, cook_time = 18 months
  source <- applicants, onward -> graduates
}
aux everybody = applicants + class.batch + graduates
"""


@pytest.mark.parametrize(("engine", "method"), ENGINES)
@pytest.mark.parametrize("step", STEPS)
def test_a_batch_comes_out_when_its_time_is_over(engine: str, method: str, step: str) -> None:
    run = sdlang.compile(TEXT.replace("STEP", step).replace("METHOD", method)).run(engine=engine)
    # Open for a year, in which 10 come, then shut for 1.5: out at 2.5, 5, 7.5.
    out = run.time[run["class.finishing"] > 0]
    assert out[:3] == pytest.approx([2.5, 5.0, 7.5], rel=1e-9)
    assert run.at("graduates", 9.5) == pytest.approx(30, rel=1e-9)
    assert run["everybody"] == pytest.approx(np.full(len(run.time), 200), rel=1e-12)
    assert np.min(run["class.batch"]) > -1e-9


@pytest.mark.parametrize(("engine", "method"), ENGINES)
@pytest.mark.parametrize("step", STEPS)
def test_it_never_takes_more_than_fits(engine: str, method: str, step: str) -> None:
    model = sdlang.compile(TEXT.replace("STEP", step).replace("METHOD", method))
    run = model.run({"size": 5.0}, engine=engine)
    assert np.max(run["class.batch"]) <= 5 * (1 + 1e-12)
    # Full after half a year: out every 2 years.
    assert run.time[run["class.finishing"] > 0][:4] == pytest.approx([2.0, 4.0, 6.0, 8.0], rel=1e-9)


def test_its_ledger_is_closed_with_its_ports() -> None:
    (ledger,) = ledgers(sdlang.compile(TEXT.replace("STEP", "1/4").replace("METHOD", "euler")).structure)
    assert ledger.is_closed
    assert set(ledger.stocks) == {"applicants", "class.batch", "graduates"}


def test_it_may_be_split() -> None:
    run = sdlang.compile(
        "simulate 0 to 6 years, step 1/8 year\nuse process\ndim kind = a, b\n"
        "param course[kind] = { a: 1 year, b: 2 years }\n"
        "oven class[kind] { arriving = 10 people/year, capacity = 10 people, fill_time = 2 years, cook_time = course }"
    ).run()
    assert run.time[run["class.finishing"][:, 0] > 0] == pytest.approx([2, 4, 6], rel=1e-9)  # 1 to fill, 1 to cook
    assert run.time[run["class.finishing"][:, 1] > 0] == pytest.approx([3, 6], rel=1e-9)
