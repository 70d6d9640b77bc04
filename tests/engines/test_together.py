"""Equations that hold at the same time, against solutions in closed form."""

import numpy as np
import pytest

import sdlang
from sdlang.engines.together import solved
from sdlang.model.no_value import NoValue

ENGINES = ("fixed", "reference", "scipy")
METHODS = {"fixed": "rk4", "reference": "euler", "scipy": "dop853"}
CLOCK = "simulate 0 to 4 years, step 1/8 year\n"
DOTTIE = 0.7390851332151607  # cos x = x


def test_a_fixed_point_of_one_value() -> None:
    import math

    assert solved([0.5], lambda u: [math.cos(u[0])]) == [pytest.approx(DOTTIE, rel=1e-14)]


def test_several_values_together() -> None:
    # u = 2 - v / 2, v = 1 + u / 4: u = 4 / 3, v = 4 / 3
    assert solved([0, 0], lambda u: [2 - u[1] / 2, 1 + u[0] / 4]) == pytest.approx([4 / 3, 4 / 3], rel=1e-13)


def test_a_solution_at_zero_and_one_far_away() -> None:
    assert solved([3], lambda u: [u[0] / 2]) == [pytest.approx(0, abs=1e-12)]
    assert solved([1], lambda u: [1e9 - u[0]]) == [pytest.approx(5e8, rel=1e-12)]


@pytest.mark.parametrize("image", [lambda u: [u[0] + 1], lambda u: [u[0] ** 2 + 1]])
def test_what_has_no_solution_says_so(image: object) -> None:
    with pytest.raises(NoValue, match="no value was found"):
        solved([0.3], image)  # type: ignore[arg-type]


def test_a_step_out_of_where_the_equation_is_defined_is_shortened() -> None:
    import math

    # x = 3 - ln x: x = 2.2079400315693
    found = solved([0.01], lambda u: [3 - math.log(u[0])])
    assert found[0] + math.log(found[0]) == pytest.approx(3, rel=1e-13)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_market_that_clears(engine: str) -> None:
    text = """
stock s = 10
flow f: cloud -> s = 2 / year
aux price = (100 - supply) / 2
aux supply = s + 3 * price
solve price from 1
plot price
"""
    run = sdlang.compile(CLOCK + text).run(engine=engine, method=METHODS[engine])
    # 100 - 2 p = s + 3 p
    assert run["price"] == pytest.approx((100 - (10 + 2 * run.time)) / 5, rel=1e-12)
    assert run["supply"] == pytest.approx(run["s"] + 3 * run["price"], rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_solution_that_drives_stocks_is_the_explicit_one(engine: str) -> None:
    solved_text = """
stock s = 100 people
aux pay : EUR/person = 5_000 EUR / (s + taken / 2)
aux taken : person = 1 person * (pay / (10 EUR/person))
flow leaving: s -> cloud = taken / 1 year
solve pay from 40 EUR/person
"""
    # pay = 5000 / (s + pay / 20): pay^2 / 20 + s pay - 5000 = 0
    explicit = """
stock s = 100 people
aux pay : EUR/person = 10 EUR/person/person * (sqrt(s^2 + 1_000 person^2) - s)
aux taken : person = 1 person * (pay / (10 EUR/person))
flow leaving: s -> cloud = taken / 1 year
"""
    one, other = (
        sdlang.compile(CLOCK + text).run(engine=engine, method=METHODS[engine]) for text in (solved_text, explicit)
    )
    assert one["s"] == pytest.approx(other["s"], rel=1e-10)
    assert one["pay"] == pytest.approx(other["pay"], rel=1e-9)


@pytest.mark.parametrize("engine", ENGINES)
def test_all_elements_are_solved_together(engine: str) -> None:
    text = """
dim region = north, south
param base[region] = { north: 10, south: 20 }
aux price[region] = base - 0.5 * sum(price[there] over there: region) / 2
solve price from 1
plot price
"""
    run = sdlang.compile(CLOCK + text).run(engine=engine, method=METHODS[engine])
    # total = 30 - 0.5 total, so total = 20; price = base - 5
    assert run["price"][0] == pytest.approx([5, 15], rel=1e-12)


def test_the_guess_decides_between_two_solutions() -> None:
    for guess, root in (("0.3", 0), ("0.9", 1)):
        run = sdlang.compile(CLOCK + f"aux x = x^3 * 2 - x^2\nsolve x from {guess}\nplot x\n").run()
        assert run["x"][0] == pytest.approx(root, abs=1e-9)  # 2 x^3 - x^2 - x = 0: -1/2, 0, 1


def test_what_has_no_solution_names_variable_and_time() -> None:
    text = "param c = 1\nstock s = 0\nflow f: cloud -> s = 1 / year\naux x = s - x^2 - c\nsolve x from 0\nplot x\n"
    # x^2 + x + c - s = 0 has solutions while 1 - 4 (c - s) >= 0: with c = 1, from s = 3/4 on
    with pytest.raises(sdlang.NumericFailure, match="no value was found") as failure:
        sdlang.compile(CLOCK + text).run()
    assert (failure.value.variable, failure.value.time) == ("x", 0)
    assert sdlang.compile(CLOCK + text).run({"c": 0})["x"][-1] == pytest.approx((-1 + np.sqrt(17)) / 2)


def test_the_flat_model_solves_the_same() -> None:
    text = """
component market(slope) {
  aux price = 10 - slope * supply
  aux supply = 2 * price
}
m = market(slope = 0.25)
solve m.price from 1
plot m.price
"""
    model = sdlang.compile(CLOCK + text)
    flat = sdlang.compile(model.expand())
    assert model.run()["m.price"][0] == pytest.approx(10 / 1.5)
    assert flat.run()["m.price"].tolist() == model.run()["m.price"].tolist()


def test_what_is_solved_is_no_constant() -> None:
    """Its value is not taken for one before the run."""
    run = sdlang.compile(CLOCK + "aux x = cos(x)\naux y = 1 / (x - x)^0\nsolve x from 1\nplot x, y\n").run()
    assert run["x"][0] == pytest.approx(DOTTIE)


def test_such_a_system_is_not_linearised() -> None:
    model = sdlang.compile(CLOCK + "stock s = 1\nflow f: cloud -> s = x / 1 year\naux x = cos(x) + s\nsolve x from 1\n")
    with pytest.raises(ValueError, match="`x` is solved together with others"):
        model.linearise()
