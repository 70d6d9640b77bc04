"""`smooth`: a step is perceived along Erlang's distribution, a ramp a delay behind."""

from math import exp

import numpy as np
import pytest

from tests.engines.programs import EVERY, STEP, run, system
from tests.stdlib.test_delay import ORDERS, TAU, left

H = float(STEP)


@EVERY
@ORDERS
def test_a_step_is_perceived_as_what_has_left_a_delay(engine: str, method: str, order: int) -> None:
    found = run(system(f"aux seen = smooth(3 + step(4, 1), 2 years, order = {order})"), engine, method)
    exact = 3 + 4 * left(found.time - 1, order, TAU)
    tolerance = 8 * order / TAU * H if method == "euler" else 1e-5
    np.testing.assert_allclose(found["seen"], exact, atol=tolerance)
    assert found["seen"][:128].tolist() == pytest.approx([3.0] * 128, rel=1e-12)


@EVERY
def test_of_one_stage_the_gap_closes_exponentially(engine: str, method: str) -> None:
    found = run(system("aux seen = smooth(7, 2 years, initial = 3)"), engine, method)
    steps = np.arange(len(found.time))
    # Euler closes the share h / tau of the gap in each step.
    gap = (1 - H / TAU) ** steps if method == "euler" else np.exp(-found.time / TAU)
    np.testing.assert_allclose(found["seen"], 7 - 4 * gap, rtol=1e-7)


@EVERY
@ORDERS
def test_a_ramp_is_perceived_a_smoothing_time_late(engine: str, method: str, order: int) -> None:
    # The particular solution of every stage is the ramp, later by tau / n; Euler solves a straight line exactly.
    program = system(f"aux seen = smooth(3 * time / 1 year, 2 years, order = {order})", STEP * 4, "0 to 60 years")
    found = run(program, engine, method)
    assert found["seen"][-1] == pytest.approx(3 * (60 - TAU), rel=1e-6)


@EVERY
def test_a_smoothing_time_that_changes_acts_from_then_on(engine: str, method: str) -> None:
    found = run(system("aux seen = smooth(1, 2 years - step(1 year, 3), initial = 0)"), engine, method)
    assert 1 - found.at("seen", 5) == pytest.approx(exp(-3 / 2) * exp(-2), rel=3 * H if method == "euler" else 1e-5)
