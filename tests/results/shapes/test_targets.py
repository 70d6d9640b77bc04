"""Past a target and back, and to a value."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sdlang.results.shapes import Finding
from sdlang.results.shapes.targets import converges, overshoots, undershoots
from tests.results.shapes.examples import Example, Told, assert_seen, at, course, having, missing, noise, of, wave


def against(target: float | Sequence[float], by: float, told: Told) -> Told:
    """A course, its target, and a share of it."""
    t, x = told
    return t, x, np.broadcast_to(np.array(target, dtype=np.float64), x.shape), by


def upside_down(told: Mapping[str, Told]) -> dict[str, Told]:
    return {f"{said}, upside down": (t, -x, -target, by) for said, (t, x, target, by) in told.items()}


# More than a tenth above 10 is more than 11.
OVERSHOOTS = {
    "up to 12": against(10, 0.1, course(0, 12, 10)),
    "up to 11.1": against(10, 0.1, course(0, 11.1, 10)),
    "a damped wave": against(10, 0.1, of(lambda t: 10 - 10 * wave(t + 2, 8, 0.05))),
    "from its target": against(10, 0.1, course(10, 14, 11)),
    "just half way back": against(10, 0.1, course(0, 20, 15)),
    "back, and up again at the end": against(10, 0.1, course(0, 20, 10, 20)),
    "higher and higher": against(10, 0.1, of(lambda t: 10 + 2 * wave(t, 8, -0.02))),
    "far below it after that": against(10, 0.1, course(0, 12, 0)),
    "begins above, then below, then above": against(10, 0.1, course(15, 8, 14, 10)),
    "a moving target": against([10, 20, 30, 40], 0.1, course(5, 25, 31, 40)),
    "a target of 0: a share of the range": against(0, 0.1, course(-10, 1.5, 0)),
    "a target below 0": against(-10, 0.1, course(-20, -8, -10)),
    "by any amount": against(10, 0.0, course(0, 10.001, 10)),
    "noise of 1e-12": against(10, 0.1, of(lambda t: 10 - 10 * wave(t + 2, 8, 0.05) + noise(1e-12))),
}
NO_OVERSHOOTS = {
    "constant": against(10, 0.1, course(10, 10, 10)),
    "up to its target": against(10, 0.1, course(0, 10, 10)),
    "up to 11, no more": against(10, 0.1, course(0, 11, 10)),
    "up to 9.9": against(10, 0.1, course(0, 9.9, 9)),
    "always above": against(10, 0.1, course(12, 14, 11)),
    "comes to its target from above": against(10, 0.1, course(15, 12, 10)),
    "stays above": against(10, 0.1, course(0, 12, 12)),
    "not half way back": against(10, 0.1, course(0, 20, 15.1)),
    "up to the end": against(10, 0.1, course(0, 15, 20)),
    "up at the last point": against(10, 0.1, course(0, 5, 20)),
    "a moving target that it follows": against([10, 20, 30], 0.1, course(10, 20, 30)),
    "a target of 0: less than a tenth of the range": against(0, 0.1, course(-10, 1, 0)),
    "by noise of 1e-12": against(10, 0.0, of(lambda t: np.minimum(t, 10) + noise(1e-12))),
    "two points": against(10, 0.1, course(0, 12)),
}
# Within 5 % of 100 is from 95 to 105; the times are 0 to 9.
CONVERGES = {
    "toward it": (*against(100, 0.05, course(0, 50, 80, 90, 94, 95, 96, 97, 98, 99)), 6),
    "constant": (*against(100, 0.05, course(*[100] * 10)), 6),
    "from above": (*against(100, 0.05, course(200, 150, 120, 110, 106, 105.1, 105, 104, 103, 102)), 6),
    "just near enough": (*against(100, 0.05, course(*[0] * 6, *[95] * 4)), 6),
    "in waves": (*against(100, 0.05, course(0, 120, 90, 107, 96, 106, 99, 101, 100, 100)), 6),
    "wildly before": (*against(100, 0.05, course(100, 0, 100, 0, 100, 0, 96, 104, 97, 103)), 6),
    "on the line between two points": (*against(100, 0.05, course(0, 0, 0, 0, 0, 94, 96, 98, 99, 100)), 5.5),
    "a moving value": (*against([10, 20, 30, 40], 0.05, course(0, 10, 29, 41)), 2),
    "to 0: a share of the range": (*against(0, 0.05, course(100, 40, 10, 4, 2)), 3),
    "in the last tenth, without a time": (*of(lambda t: 1 - np.exp(-t / 8)), np.ones(401), 0.02),
    "from before the beginning": (*against(100, 0.05, course(98, 99, 100)), -3),
    "noise of 1e-12": (*against(1, 0.0, of(lambda t: 1 + noise(1e-12))), 6),
}
NO_CONVERGES = {
    "not yet": (*against(100, 0.05, course(0, 50, 80, 85, 88, 90, 92, 93, 94, 94.9)), 6),
    "constant, elsewhere": (*against(100, 0.05, course(*[0] * 10)), 6),
    "leaves at the end": (*against(100, 0.05, course(*[100] * 9, 94)), 6),
    "just not near enough": (*against(100, 0.05, course(*[0] * 6, *[94.99] * 4)), 6),
    "a point too late": (*against(100, 0.05, course(*[0] * 6, 94, 95, 95, 95)), 6),
    "in waves, one too large": (*against(100, 0.05, course(0, 120, 90, 107, 96, 106, 94, 105, 97, 103)), 6),
    "on the line between two points": (*against(100, 0.05, course(0, 0, 0, 0, 0, 93, 95, 98, 99, 100)), 5.5),
    "passes through it": (*against(100, 0.05, course(0, 20, 40, 60, 80, 90, 100, 110, 120, 130)), 6),
    "the other sign": (*against(100, 0.05, course(*[-100] * 10)), 6),
    "a moving value that runs away": (*against([10, 20, 30, 40], 0.05, course(10, 20, 29, 37)), 2),
    "to 0: more than a share of the range": (*against(0, 0.05, course(100, 40, 10, 6, 2)), 3),
    "in the last tenth, without a time": (*of(lambda t: 1 - np.exp(-t / 12)), np.ones(401), 0.02),
    "a run that ends before": (*against(100, 0.05, course(100, 100)), 6),
}
EXAMPLES = [
    *having("overshoots", OVERSHOOTS),
    *missing("overshoots", NO_OVERSHOOTS),
    *having("undershoots", upside_down(OVERSHOOTS)),
    *missing("undershoots", upside_down(NO_OVERSHOOTS)),
    *having("converges", CONVERGES),
    *missing("converges", NO_CONVERGES),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_course_against_a_value_is_seen(example: Example) -> None:
    assert_seen(example)


@pytest.mark.parametrize(
    ("found", "margin", "time"),
    [
        (overshoots(*against(10, 0.1, course(0, 15, 0))), 4.0, 1),  # 5 above, 1 is allowed
        (overshoots(*against(10, 0.1, course(0, 15, 10))), 2.5, 1),  # half of 5, and all of it is gone
        (overshoots(*against(10, 0.1, course(0, 15, 12))), 0.5, 1),  # 2 are left where 2.5 may be
        (overshoots(*against(10, 0.1, course(0, 15, 13))), -0.5, 1),
        (overshoots(*against(10, 0.1, course(0, 10.4, 9))), -0.6, 1),  # 0.4 above, 1 is allowed
        (overshoots(*against(10, 0.1, course(13, 12))), -2.0, 1),  # never at its target
        (undershoots(*against(10, 0.1, course(20, 5, 20))), 4.0, 1),
        (converges(*against(100, 0.05, course(0, 98, 99)), 1.0), 3.0, 1),  # 5 - 2
        (converges(*against(100, 0.05, course(0, 90, 99)), 1.5), -0.5, 1.5),  # 94.5 half way: 5 - 5.5
        (converges(*against(0, 0.05, course(102, 4, 2)), 1.0), 1.0, 1),  # 5 % of a range of 100, less 4
    ],
)
def test_margins_are_those_of_hand_computation(found: Finding, margin: float, time: float) -> None:
    assert found.margin == pytest.approx(margin, rel=1e-9)
    assert found.time == time


@pytest.mark.parametrize("damping", [0.2, 0.4, 0.6])
def test_the_overshoot_of_a_second_order_system_is_that_of_control_engineering(damping: float) -> None:
    """The step response of x'' + 2 z w x' + w^2 x = w^2 overshoots by exp(-pi z / sqrt(1 - z^2)), and is within
    exp(-z w t) / sqrt(1 - z^2) of its final value from t on. Integrated by SciPy with steps of its own choice."""
    run = solve_ivp(
        lambda _, s: (s[1], 1 - s[0] - 2 * damping * s[1]), (0, 60), (0, 0), "DOP853", rtol=1e-9, max_step=0.1
    )
    t, x = run.t, run.y[0]
    root = np.sqrt(1 - damping**2)
    most = np.exp(-np.pi * damping / root)
    for by, holds in ((most - 0.001, True), (most + 0.001, False)):
        assert overshoots(t, x, np.ones_like(t), by).holds is holds
    settled = -np.log(0.02 * root) / damping  # where the envelope is 2 %
    assert converges(t, x, np.ones_like(t), 0.02, settled).holds
    assert not converges(t, x, np.ones_like(t), 0.02, np.pi / root).holds  # at its peak


def test_the_details_have_the_numbers() -> None:
    for found, detail in (
        (overshoots(*against(10, 0.1, course(0, 15, 12))), "it is 5 above its target at 1, and half way back at 2"),
        (overshoots(*against(10, 0.1, course(0, 15, 13))),
         "it is 5 above its target at 1, and never less than 3 after that"),
        (overshoots(*against(10, 0.1, course(0, 10.5, 9))),
         "it is 0.5 above its target at most, at 1; more than 1 above is asked"),
        (overshoots(*against(10, 0.1, course(0, 8, 7))),
         "it is 2 below its target at most, at 1; more than 1 above is asked"),
        (undershoots(*against(10, 0.1, course(20, 12, 13))),
         "it is 2 above its target at most, at 1; more than 1 below is asked"),
        (overshoots(*against(10, 0.1, course(13, 12))), "it is above its target all the time, nearest at 1 by 2"),
        (converges(*against(100, 0.05, course(0, 96, 99)), 1.0),
         "it is near enough from 1 on: 4 away at 1, where 5 is allowed"),
        (converges(*against(100, 0.05, course(0, 90, 99)), 1.0), "it is 10 away at 1, where 5 is allowed"),
        (converges(*against(100, 0.05, course(0, 90)), 7.0), "not decided: the course ends at 1, before 7"),
    ):  # fmt: skip
        assert found.detail == detail


def test_a_value_between_points_is_looked_at() -> None:
    t, x = at([0, 10], [0, 10])
    assert converges(t, x, np.full(2, 10.0), 0.1, 9.0).holds  # 9 at 9
    assert not converges(t, x, np.full(2, 10.0), 0.1, 8.9).holds
