"""`cohort`: people by age, whose vintages do not mix."""

from math import exp

import numpy as np
import pytest

import sdlang
from sdlang.model.conservation import ledgers

ENGINES = (("reference", "euler"), ("fixed", "euler"), ("fixed", "rk4"), ("scipy", "dop853"))
every_engine = pytest.mark.parametrize(("engine", "method"), ENGINES)
TEACHERS = """
simulate 0 to 20 years, step 1/16 year, using rk4
use labor
dim age = 60 .. 64
stock trained = 10_000 people
stock pensioners = 0 people
stock elsewhere = 0 people
cohort teachers {
  age = age
  initial = 0 people
  intake = INTAKE
  entrants <- trained, retired -> pensioners
}
"""
LEAVING = TEACHERS.replace("  entrants", "  exit_rate = 10% / year, exits -> elsewhere\n  entrants")


@every_engine
def test_a_vintage_moves_on_together(engine: str, method: str) -> None:
    # Who enters evenly in year 2 is 60 until year 3 to 4, and retires in year 7 to 8, five years after.
    text = TEACHERS.replace("INTAKE", "pulse(100 people/year, 2, 1 year)")
    run = sdlang.compile(text).run(engine=engine, method=method)
    assert run.at("teachers.people[60]", 3) == pytest.approx(100, rel=1e-9)
    for place, age in enumerate(range(60, 65)):
        assert run.at(f"teachers.people[{age}]", 3 + place) == pytest.approx(100, rel=1e-9)
        assert run.at(f"teachers.people[{age}]", 3.5 + place) == pytest.approx(50, rel=1e-9)
    assert run.at("pensioners", 7) == pytest.approx(0, abs=1e-9)
    assert run.at("pensioners", 7.5) == pytest.approx(50, rel=1e-9)
    assert run.at("pensioners", 8) == pytest.approx(100, rel=1e-9)


@every_engine
def test_those_who_leave_thin_a_vintage_as_it_ages(engine: str, method: str) -> None:
    run = sdlang.compile(LEAVING.replace("INTAKE", "100 people/year")).run(engine=engine, method=method)
    at_first = 100 * (1 - exp(-0.1)) / 0.1  # those of an age, who have been it for 0 to 1 years
    exact = [at_first * exp(-0.1 * years) for years in range(5)]
    np.testing.assert_allclose(run["teachers.people"][-1], exact, rtol=1e-9)
    assert run["teachers.retiring"][-1] == pytest.approx(100 * exp(-0.5), rel=1e-9)
    # All who leave: what enters, less what retires (Little: 10 % of those who are there).
    assert run["teachers.total"][-1] * 0.1 == pytest.approx(100 - 100 * exp(-0.5), rel=1e-9)


@every_engine
def test_nobody_is_lost(engine: str, method: str) -> None:
    model = sdlang.compile(
        LEAVING.replace("INTAKE", "100 people/year").replace("= 0 people\n  in", "= 300 people\n  in")
    )
    run = model.run(engine=engine, method=method)
    total = run["trained"] + run["pensioners"] + run["elsewhere"] + run["teachers.total"]
    np.testing.assert_allclose(total, 11_500, rtol=1e-9)
    (ledger,) = ledgers(model.structure)
    assert ledger.is_closed


@every_engine
def test_who_is_there_at_the_start_is_in_balance_where_it_is_what_enters(engine: str, method: str) -> None:
    text = TEACHERS.replace("INTAKE", "100 people/year").replace("initial = 0 people", "initial = 100 people")
    run = sdlang.compile(text).run(engine=engine, method=method)
    np.testing.assert_allclose(run["teachers.people"], 100, rtol=1e-9)  # Little: 100 a year, one year at each age
    np.testing.assert_allclose(run["teachers.retiring"], 100, rtol=1e-9)


def test_ages_may_be_bands_of_given_width() -> None:
    text = TEACHERS.replace("60 .. 64", "young < old").replace("INTAKE", "100 people/year")
    text = text.replace("  intake", "  width = { young: 3 years, old: 2 years }\n  intake")
    run = sdlang.compile(text).run()
    np.testing.assert_allclose(run["teachers.people"][-1], [300, 200], rtol=1e-9)
    assert run.at("pensioners", 5) == pytest.approx(0, abs=1e-9)
    assert run.at("pensioners", 6) == pytest.approx(100, rel=1e-9)
