"""`wage`, which follows the labour market, and `premium`, what the skilled earn over the others."""

from math import exp

import numpy as np
import pytest

import sdlang

TEXT = """
simulate 0 to 10 years, step 1/16 year, using rk4
use labor
param tightness = 1.5
wage pay { reference = 100 USD/person/year, tightness = tightness, elasticity = 0.2, adjust_time = 2 years }
param relative = 1.1
aux ratio = premium(relative)
aux more  = premium(supply = 1, productivity = 1.2)
"""


@pytest.mark.parametrize(("engine", "worst"), [("reference", 1e-3), ("fixed", 1e-8), ("scipy", 1e-7)])
def test_a_wage_goes_toward_what_tightness_asks(engine: str, worst: float) -> None:
    run = sdlang.compile(TEXT).run(engine=engine)
    goal = 100 * 1.5**0.2
    assert run["pay.level"] == pytest.approx(goal + (100 - goal) * np.exp(-run.time / 2), rel=worst)


def test_a_normal_market_changes_nothing() -> None:
    run = sdlang.compile(TEXT).run({"tightness": 1.0})
    assert run["pay.level"] == pytest.approx(100, rel=1e-12)


def test_ten_percent_more_of_the_skilled_cost_them_six_and_a_half_percent() -> None:
    run = sdlang.compile(TEXT).run()
    assert run["ratio"][0] - 1 == pytest.approx(-0.06536, abs=5e-6)  # 1.1^(-1/1.41) - 1
    assert run["more"][0] == pytest.approx(exp(0.41 / 1.41 * np.log(1.2)), rel=1e-12)  # ((s-1)/s) ln(AH/AL)


def test_it_may_differ_by_skill() -> None:
    run = sdlang.compile(
        "simulate 0 to 40 years, step 1/16 year\nuse labor\ndim skill = low, high\n"
        "param tight[skill] = { low: 0.5, high: 2 }\n"
        "wage pay[skill] { reference = 10 USD/person/year, tightness = tight, elasticity = 0.5 }"
    ).run()
    assert run["pay.level"][-1] == pytest.approx([10 * 0.5**0.5, 10 * 2**0.5], rel=1e-6)
