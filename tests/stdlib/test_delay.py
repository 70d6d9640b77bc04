"""`delay`: an impulse leaves as an Erlang distribution, and nothing is lost."""

from math import exp, factorial

import numpy as np
import pytest
from scipy.stats import nbinom

from sdlang.results.run import Array, Run
from tests.engines.programs import EVERY, STEP, run, system

H = float(STEP)
TAU = 2.0
ORDERS = pytest.mark.parametrize("order", [1, 2, 3, 7])


def left(time: Array, order: int, tau: float) -> Array:
    """The share that has left by a time, of what entered at 0: Erlang's distribution function (Sterman, Business
    Dynamics, 2000, ch. 11), 1 - exp(-r t) * the sum of (r t)^k / k! for k below the order, where r = order / tau."""
    scaled = np.maximum(time, 0) * order / tau
    return 1 - np.exp(-scaled) * sum(scaled**k / factorial(k) for k in range(order))


def delayed(engine: str, method: str, input_: str, order: int, initial: str = ", initial = 0") -> Run:
    text = (
        f"aux entering = {input_}\naux leaving = delay(entering, 2 years, order = {order}{initial})\n"
        "stock came = 0\nflow coming: cloud -> came = entering / 1 year\n"
        "stock gone = 0\nflow going: cloud -> gone = leaving / 1 year\n"
    )
    return run(system(text), engine, method)


@EVERY
@ORDERS
def test_a_step_leaves_as_erlangs_distribution(engine: str, method: str, order: int) -> None:
    found = delayed(engine, method, "1", order)
    exact = left(found.time, order, TAU)
    # Euler is of order 1 in the step. RK4 of order 4: the stages have a rate of order / tau = 3.5 a year at most.
    tolerance = 2 * order / TAU * H if method == "euler" else 1e-6
    np.testing.assert_allclose(found["leaving"], exact, atol=tolerance)


@EVERY
@ORDERS
def test_an_impulse_leaves_as_erlangs_density(engine: str, method: str, order: int) -> None:
    # As much as 1 within one step. A pulse is a step less a later step, and so is what leaves of it.
    found = delayed(engine, method, "pulse(128, 0, 0.0078125 years)", order)
    if method == "euler":
        # A stage hands on the share h * order / tau each step. When one has passed all stages is a sum of geometric
        # waiting times, at least a step each: a negative binomial distribution, which SciPy knows.
        steps = np.arange(len(found.time)) - order
        exact = nbinom.pmf(steps, order, H * order / TAU) / H
        np.testing.assert_allclose(found["leaving"], exact, atol=1e-11)
    else:
        exact = (left(found.time, order, TAU) - left(found.time - H, order, TAU)) / H
        np.testing.assert_allclose(found["leaving"][1:], exact[1:], atol=1e-5)
    # The most leaves at (n - 1) / n of the mean (at once of one stage), give or take a step of each stage.
    peak = found.time[int(np.argmax(found["leaving"]))]
    assert peak == pytest.approx((order - 1) / order * TAU, abs=(order + 1) * H)


@EVERY
@ORDERS
def test_the_mean_time_on_the_way_is_the_delay_time(engine: str, method: str, order: int) -> None:
    # In balance the stages hold the inflow times the delay time (Little), whatever the order.
    found = delayed(engine, method, "5", order, initial="")
    np.testing.assert_allclose(found["leaving"], 5, rtol=1e-9)
    text = f"aux leaving = delay(5 + step(3, 1), 2 years, order = {order})"
    program = system(text, span="0 to 60 years", step=STEP * 8)
    again = run(program, engine, method)
    held = again["leaving.delay.held"]
    assert held[0].sum() == pytest.approx(10, rel=1e-12)
    assert held[-1].sum() == pytest.approx(16, rel=1e-6)


@EVERY
def test_what_came_in_leaves_or_is_there(engine: str, method: str) -> None:
    found = delayed(engine, method, "ramp(2 / 1 year, 1, 3) + pulse(9, 2, 1 year)", 3)
    there = found["leaving.delay.held"].sum(axis=1)
    np.testing.assert_allclose(found["came"], found["gone"] + there, atol=1e-9 if method in ("euler", "rk4") else 1e-6)


@EVERY
def test_a_delay_time_that_jumps_loses_nothing(engine: str, method: str) -> None:
    # Of one stage that holds 2 x 5: from 3 on it empties at 1 per year instead of 1/2, towards 1 x 5.
    text = "aux tau = 2 years - step(1 year, 3)\naux leaving = delay(5, tau)"
    found = run(system(text), engine, method)
    held = found["leaving.delay.held"][:, 0]
    exact = np.where(found.time < 3, 10, 5 + 5 * np.exp(-np.maximum(found.time - 3, 0)))
    np.testing.assert_allclose(held, exact, rtol=H if method == "euler" else 1e-6)
    assert found["leaving"][384] == pytest.approx(10 / 1, rel=1e-6)  # at 3: all of it at the new pace


def test_the_share_that_has_left_after_the_mean_time() -> None:
    # The formula above, by hand: 1 - 1/e for one stage; 1 - exp(-2) (1 + 2) for two.
    at_mean = np.array([TAU])
    assert left(at_mean, 1, TAU)[0] == pytest.approx(1 - exp(-1), rel=1e-15)
    assert left(at_mean, 2, TAU)[0] == pytest.approx(1 - 3 * exp(-2), rel=1e-15)
