"""`conveyor`: what enters leaves a transit time later, less what is lost on the way; in every engine and step alike."""

from math import exp

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

ENGINES = (("reference", "euler"), ("fixed", "euler"), ("fixed", "rk4"), ("scipy", "rk45"))
STEPS = ("1/4", "1/8", "1/12")
TEXT = """
simulate 0 to 10 years, step STEP year, using METHOD
use process
dim course = short, long
param length[course] = { short: 1 year, long: 1.3 years }
stock young[course] = 1000 people
stock skilled[course] = 0 people
stock dropouts[course] = 0 people
conveyor school[course] {
  arriving = 100 people/year, transit = length, WAY
  source <- young, onward -> skilled, lost -> dropouts
}
aux everybody = sum(young over course) + sum(skilled over course) + sum(dropouts over course)
              + sum(school.contents over course)
"""


def run_of(way: str, engine: str, method: str, step: str) -> sdlang.Run:
    text = TEXT.replace("STEP", step).replace("METHOD", method).replace("WAY", way).replace(", \n", "\n")
    return sdlang.compile(text).run(engine=engine)


@pytest.mark.parametrize(("engine", "method"), ENGINES)
@pytest.mark.parametrize("step", STEPS)
def test_a_share_survives_that_is_exact_at_every_step(engine: str, method: str, step: str) -> None:
    run = run_of("leak = 20% / year", engine, method, step)
    survive = np.array([exp(-0.2 * 1.0), exp(-0.2 * 1.3)])  # 0.8187307531, 0.7710515858
    assert run["school.leaving"][-1] / 100 == pytest.approx(survive, rel=1e-11)
    assert run["skilled"][-1] == pytest.approx(100 * np.array([9.0, 8.7]) * survive, rel=1e-11)
    assert run["school.contents"][-1] == pytest.approx(100 * (1 - survive) / 0.2, rel=1e-10)
    assert run["everybody"] == pytest.approx(np.full(len(run.time), 2000), rel=1e-12)
    assert np.min(run["school.contents"]) >= 0


@pytest.mark.parametrize(("engine", "method"), ENGINES)
@pytest.mark.parametrize("step", STEPS)
def test_a_share_is_lost_that_is_exact_at_every_step(engine: str, method: str, step: str) -> None:
    run = run_of("loss = 30%", engine, method, step)
    assert run["skilled"][-1] == pytest.approx(70 * np.array([9.0, 8.7]), rel=1e-11)
    assert run["school.contents"][-1] == pytest.approx(100 * np.array([1.0, 1.3]) * 0.85, rel=1e-11)
    assert run["everybody"] == pytest.approx(np.full(len(run.time), 2000), rel=1e-12)


@pytest.mark.parametrize(("engine", "method"), ENGINES)
@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_lost_where_nothing_is_said_of_it(engine: str, method: str, step: str) -> None:
    run = run_of("", engine, method, step)
    assert np.all(run["dropouts"] == 0)
    assert run["school.contents"][-1] == pytest.approx([100, 130], rel=1e-12)  # Little: 100 a year, 1 and 1.3 years


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_transit_that_grows_thins_the_outflow(step: str, method: str) -> None:
    run = sdlang.compile(
        f"simulate 0 to 10 years, step {step} year, using {method}\nuse process\n"
        "conveyor school { arriving = 90 people/year, transit = 1 year + 0.5 * time }"
    ).run()
    # Who entered at u leaves at 1.5 u + 1.
    assert run["school.leaving"][-1] == pytest.approx(60, rel=1e-9)
    assert run["school.contents"][-1] == pytest.approx(900 - 90 * (10 - 1) / 1.5, rel=1e-9)


@pytest.mark.parametrize(("engine", "method"), ENGINES)
def test_it_starts_in_balance(engine: str, method: str) -> None:
    run = sdlang.compile(
        f"simulate 0 to 10 years, step 1/8 year, using {method}\nuse process\n"
        "conveyor school { arriving = 90 people/year, transit = 1.3 years, initial = 117 people }"
    ).run(engine=engine)
    assert run["school.contents"] == pytest.approx(117, rel=1e-12)
    assert run["school.leaving"] == pytest.approx(90, rel=1e-12)


def test_its_ledger_is_closed_with_its_ports() -> None:
    text = TEXT.replace("STEP", "1/4").replace("METHOD", "euler").replace("WAY", "leak = 20% / year")
    (ledger,) = ledgers(sdlang.compile(text).structure)
    assert ledger.is_closed
    assert set(ledger.stocks) == {"young", "skilled", "dropouts", "school.contents"}


def test_a_transit_below_the_step_is_told() -> None:
    text = (
        "simulate 0 to 10 years, step 1 year\nuse process\n"
        "conveyor school { arriving = 90 people/year, transit = 6 months }"
    )
    with pytest.raises(sdlang.ModelError) as caught:
        sdlang.compile(text)
    (told,) = caught.value.diagnostics
    assert (
        told.message
        == "a step of 1 year is too large: `transit` of `conveyor_out` is 6 months, and must be at least a step"
    )


def test_a_transit_that_falls_below_the_step_stops_the_run() -> None:
    text = (
        "simulate 0 to 10 years, step 1 year\nuse process\n"
        "conveyor school { arriving = 90 people/year, transit = 2 years - step(18 months, 5) }"
    )
    with pytest.raises(sdlang.NumericFailure, match="at least one step"):
        sdlang.compile(text).run(engine="reference")


def test_a_transit_that_is_no_time_is_told() -> None:
    with pytest.raises(sdlang.ModelError) as caught:
        sdlang.compile(
            "simulate 0 to 10 years, step 1/4 year\nuse process\n"
            "conveyor school { arriving = 90 people/year, transit = 6 people }"
        )
    assert [d.code for d in caught.value.diagnostics] == ["argument-unit"]


def test_it_can_be_a_part_of_a_chain_and_what_flows_in_besides_goes_the_same_way() -> None:
    run = sdlang.compile(
        "simulate 0 to 10 years, step 1/8 year\nuse process\nstock young = 0 people\nstock old = 0 people\n"
        "component road(start) from entrants = cloud to end {\n  chain conveyor: first -> end\n"
        "  flow starting: entrants -> first = start\n}\n"
        "road way {\n  start = 100 people/year\n  end -> old\n"
        "  conveyor one { transit = 1 year }\n  conveyor two { transit = 2.5 years, loss = 20% }\n}\n"
        "flow late: cloud -> way.two.contents = 50 people/year"
    ).run()
    # From the first 100 a year arrive until 10 - 1 - 2.5 = 6.5, from the side 50 a year until 7.5; 80 % of each.
    assert run["old"][-1] == pytest.approx(0.8 * (650 + 50 * 7.5), rel=1e-12)
    assert run["way.two.contents"][-1] == pytest.approx(150 * 2.5 * 0.9, rel=1e-11)
