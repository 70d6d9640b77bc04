"""Oscillations, against waves whose period and decay are known."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sdlang.results.shapes.cycles import mean_decay, mean_period, oscillates
from sdlang.results.shapes.turns import turns_of
from tests.results.shapes.examples import (
    Example,
    T,
    assert_seen,
    at,
    bell,
    course,
    having,
    logistic,
    missing,
    noise,
    of,
    until,
    wave,
)

PERIOD = (7.0, 9.0)
WAVES = {
    "a sine": (*of(wave), PERIOD),
    "a cosine": (*of(lambda t: wave(t + 2)), PERIOD),
    "on a rising line": (*of(lambda t: 3 * t + wave(t)), PERIOD),
    "on a falling line": (*of(lambda t: 50 - t + 5 * wave(t)), PERIOD),
    "damped": (*of(lambda t: wave(t, 8.0, 0.05)), PERIOD),
    "growing": (*of(lambda t: wave(t, 8.0, -0.05)), PERIOD),
    "around a level that it comes to from below": (*of(lambda t: 1 - wave(t + 2, 8.0, 0.05)), PERIOD),
    "around an exponential": (*of(lambda t: np.exp(t / 20) + wave(t)), PERIOD),
    "lifted by 1,000": (*of(lambda t: 1_000 + wave(t)), PERIOD),
    "saw teeth": (*of(lambda t: np.abs((t % 8) - 4)), PERIOD),
    "a square wave": (*of(lambda t: np.sign(wave(t + 0.1))), PERIOD),
    "a square wave with noise of 1e-12": (*of(lambda t: np.sign(wave(t + 0.1)) + noise(1e-12)), PERIOD),
    "a period of 8.9": (*of(lambda t: wave(t, 8.9)), PERIOD),
    "by hand, two cycles from high to high": (*course(0, 1, 0, 1, 0, 1, 0), (1.9, 2.1)),
    "at uneven times": (*at([0, 1, 4, 5, 8, 9, 12, 13], [0, 1, 0, 1, 0, 1, 0, 1]), (3.9, 4.1)),
    "cycles of 6 and 10, which are 8 in the mean": (
        *at([0, 4, 7, 10, 15, 20, 23, 26, 31], [0, 1, 0, 1, 0, 1, 0, 1, 0]), PERIOD),
    "damped to e^-0.4 = 67 % in a period": (*of(lambda t: wave(t, 8.0, 0.05)), PERIOD, (0.66, 0.68)),
    "growing to e^0.4 = 149 % in a period": (*of(lambda t: wave(t, 8.0, -0.05)), None, (1.48, 1.50)),
    "sustained on a line": (*of(lambda t: t + 5 * wave(t)), None, (0.99, 1.01)),
    "of any period": (*of(lambda t: wave(t, 3.0)),),
}  # fmt: skip
NO_WAVES = {
    "constant": (*of(lambda t: 7),),
    "noise of 1e-12 on a constant": (*of(lambda t: 1 + noise(1e-12)),),
    "noise of 1e-12 on a line": (*of(lambda t: t + noise(1e-12)),),
    "a straight line": (*of(lambda t: 2 * t),),
    "two points": course(1, 2),
    "an S": (*of(logistic),),
    "exponential": (*of(lambda t: np.exp(t / 10)),),
    "one hump": (*of(bell),),
    "one overshoot": (*of(lambda t: 1 - np.exp(-t / 3) * np.cos(t / 6)),),
    "two steps": (*of(lambda t: logistic(t, 10.0, 1.0) + logistic(t, 30.0, 1.0)),),
    "a cycle and a half from extreme to extreme": course(0, 1, 0, 1, 0, 0.5),
    "cut off before its fifth turn": until(17.5, of(wave)),
    "ripples of a 500th": (*of(lambda t: t**2 / 16 + 0.1 * wave(t)),),
    "a period of 4": (*of(lambda t: wave(t, 4.0)), PERIOD),
    "a period of 6.9": (*of(lambda t: wave(t, 6.9)), PERIOD),
    "a period of 9.1": (*of(lambda t: wave(t, 9.1)), PERIOD),
    "a period of 16": (*of(lambda t: wave(t, 16.0)), PERIOD),
    "damped to 67 % in a period, not to 70 % or more": (*of(lambda t: wave(t, 8.0, 0.05)), PERIOD, (0.7, 1.0)),
    "growing": (*of(lambda t: wave(t, 8.0, -0.01)), PERIOD, (0.5, 1.0)),
    "sustained": (*of(wave), PERIOD, (0.5, 0.9)),
}
EXAMPLES = [*having("oscillates", WAVES), *missing("oscillates", NO_WAVES)]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_oscillation_is_seen(example: Example) -> None:
    assert_seen(example)


@pytest.mark.parametrize(
    ("damping", "trend"), [(0.0, 0.1), (0.02, 0.0), (0.05, 0.0), (0.1, 0.0), (0.2, 0.0), (0.05, 0.01)]
)
def test_period_and_decay_are_those_of_a_damped_oscillator(damping: float, trend: float) -> None:
    """x'' + 2 z w x' + w^2 x = w^2: the period is 2 pi / (w sqrt(1 - z^2)), the swing goes to
    exp(-2 pi z / sqrt(1 - z^2)) in each. Integrated by SciPy, looked at at uneven times, on a trend or not."""
    w = 2 * np.pi / 8
    root = np.sqrt(1 - damping**2)
    t = np.sort(np.random.default_rng(3).uniform(0, 40, 4_000))
    run = solve_ivp(
        lambda _, s: (s[1], w * w * (1 - s[0]) - 2 * damping * w * s[1]), (0, 40), (0, 0), "DOP853", t, rtol=1e-10
    )
    x = run.y[0] + trend * t
    found = turns_of(t, x, 1e-4)
    assert mean_period(found) == pytest.approx(8 / root, abs=0.03)
    assert mean_decay(found) == pytest.approx(np.exp(-2 * np.pi * damping / root), rel=0.03)


def test_a_trend_does_not_count_as_a_swing() -> None:
    """Up by 5, down by 3: on its line it goes 4 up and 4 down, each time."""
    assert mean_decay(turns_of(*course(0, 5, 2, 7, 4, 9, 6, 11), 0.1)) == pytest.approx(1.0, rel=1e-12)
    assert mean_period(turns_of(*course(0, 5, 2, 7, 4, 9, 6, 11), 0.1)) == 2.0


@pytest.mark.parametrize(
    ("period", "decay", "margin"),
    [
        (None, None, 1.0),  # six turns, five are needed
        ((1.0, 4.0), None, 0.5),  # a period of 2: (4 - 2) / 4
        ((1.6, 4.0), None, 0.25),  # (2 - 1.6) / 1.6
        ((2.5, 4.0), None, -0.2),
        ((1.0, 1.6), None, -0.25),
        (None, (0.0, 2.0), 0.5),  # a decay of 1
        ((1.0, 4.0), (0.9, 1.25), 1 / 9),  # (1 - 0.9) / 0.9
        ((1.0, 4.0), (0.5, 0.8), -0.25),
    ],
)
def test_the_margin_is_the_share_by_which_a_bound_could_move(
    period: tuple[float, float] | None, decay: tuple[float, float] | None, margin: float
) -> None:
    found = oscillates(*course(0, 1, 0, 1, 0, 1, 0, 1), period=period, decay=decay)
    assert (found.holds, found.margin) == (margin > 0, pytest.approx(margin, rel=1e-12))


def test_the_margin_of_too_few_turns_is_how_many_are_missing() -> None:
    found = oscillates(*course(0, 1, 0, 1), period=(1, 3))
    assert (found.holds, found.margin) == (False, -3.0)
    assert found.detail == "it turns 2 times, at 1, 2; two cycles have 5"
    assert oscillates(T, T).detail == "it does not turn; two cycles have 5"


def test_the_detail_tells_period_and_decay() -> None:
    found = oscillates(*of(lambda t: wave(t, 8.0, 0.05)), period=(1.0, 2.0))
    assert found.detail.startswith("its period is 8, and its swing goes to 67 % in each: it turns 10 times, at ")
