"""`aging_chain`: people by age in bands of given width, which mix within a band."""

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers
from tests.expected import assert_as_expected

ENGINES = (("reference", "euler"), ("fixed", "rk4"), ("scipy", "dop853"))
every_engine = pytest.mark.parametrize(("engine", "method"), ENGINES)
FORCE = """
simulate 0 to 400 years, step 1/8 year, using rk4, save every 1 year
use labor
dim band = young < middle < old
stock unborn = 100_000 people
stock dead = 0 people
stock abroad = 0 people
stock pensioners = 0 people
aging_chain force {
  band = band
  width = { young: 10 years, middle: 20 years, old: 5 years }
  initial = 100 people
  intake = 50 people/year
  entrants <- unborn, retired -> pensioners
  MORE
}
"""
LOSING = """death_rate = 1% / year, deaths -> dead
  exit_rate = { young: 3% / year, middle: 1% / year, old: 0% / year }
  exits -> abroad"""


@every_engine
def test_in_each_band_are_intake_times_width(engine: str, method: str) -> None:
    run = sdlang.compile(FORCE.replace("MORE", "")).run(engine=engine, method=method)
    np.testing.assert_allclose(run["force.people"][-1], [500, 1000, 250], rtol=1e-6)  # Little: 50 * 10, 50 * 20, 50 * 5
    assert run["force.retiring"][-1] == pytest.approx(50, rel=1e-6)
    assert run["force.total"][-1] == pytest.approx(1750, rel=1e-6)


@every_engine
def test_deaths_and_exits_compete_with_growing_older(engine: str, method: str) -> None:
    run = sdlang.compile(FORCE.replace("MORE", LOSING)).run(engine=engine, method=method)
    young = 50 / (1 / 10 + 0.01 + 0.03)  # what enters, over all rates of leaving
    middle = young / 10 / (1 / 20 + 0.01 + 0.01)
    old = middle / 20 / (1 / 5 + 0.01)
    np.testing.assert_allclose(run["force.people"][-1], [young, middle, old], rtol=1e-6)


@every_engine
def test_nobody_is_lost(engine: str, method: str) -> None:
    model = sdlang.compile(FORCE.replace("MORE", LOSING))
    run = model.run(engine=engine, method=method)
    total = run["unborn"] + run["dead"] + run["abroad"] + run["pensioners"] + run["force.total"]
    np.testing.assert_allclose(total, 100_300, rtol=1e-9)
    (ledger,) = ledgers(model.structure)
    assert ledger.is_closed


def test_without_a_place_for_them_the_dead_and_the_retired_leave_by_flows_that_have_names() -> None:
    text = FORCE.replace("MORE", "death_rate = 1% / year").replace(", retired -> pensioners", "")
    ledger = next(each for each in ledgers(sdlang.compile(text).structure) if "force.people" in each.stocks)
    assert set(ledger.leaves) == {"force.retiring", "force.dying"}


def test_bands_may_be_whole_numbers_and_the_chain_split_by_region() -> None:
    text = FORCE.replace("young < middle < old", "1 .. 3\ndim region = north, south")
    text = text.replace("{ young: 10 years, middle: 20 years, old: 5 years }", "5 years * band").replace("MORE", "")
    run = sdlang.compile(text.replace("aging_chain force {", "aging_chain force[region] {")).run()
    assert run["force.people"].shape == (401, 2, 3)
    np.testing.assert_allclose(run["force.people"][-1], [[250, 500, 750]] * 2, rtol=1e-6)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("  band = band\n", "  band = unborn # error[unknown-dimension]\n"),
        ("  initial = 100 people\n", "  width = 3 years # error[argument-twice]\n  initial = 100 people\n"),
        ("{ young: 10 years, middle: 20 years, old: 5 years }", "3 people # error[argument-unit]"),
        ("  initial = 100 people\n", "  initial = { young: 3 people } # error[missing-elements]\n"),
        ("  MORE\n", "  death_rate = 1% # error[argument-unit]\n"),
    ],
)
def test_a_mistake_in_a_use_is_told_at_its_line(right: str, wrong: str) -> None:
    assert right in FORCE
    assert_as_expected(FORCE.replace(right, wrong).replace("  MORE\n", ""), None)


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("  band = band\n", "", "missing-argument"),
        ("young < middle < old", "young, middle, old", "no-neighbours"),
        ("MORE", "exit_rate = 1% / year", "missing-overflow"),
    ],
)
def test_what_is_missing_is_told_once_at_the_name_of_the_use(right: str, wrong: str, code: str) -> None:
    text = FORCE.replace(right, wrong).replace("  MORE\n", "")
    assert_as_expected(text.replace("aging_chain force {", f"aging_chain force {{ # error[{code}]"), None)
