"""Shapes of courses: for each ten that have it and ten that nearly have it, made by hand or from a formula.

Each line says in its name what makes it pass or miss. Margins are checked against numbers computed by hand.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from sdlang.results import shapes
from sdlang.results.shapes import Finding

T = np.linspace(0.0, 40.0, 401)
Course = tuple[Any, Any]


def course(*values: float) -> Course:
    """Values at the times 0, 1, 2, ..."""
    return np.arange(float(len(values))), np.array(values, dtype=np.float64)


def of(formula: Callable[[Any], Any]) -> Course:
    return T, np.asarray(formula(T), dtype=np.float64) + 0 * T


def logistic(t: Any, middle: float = 20.0, pace: float = 0.5) -> Any:
    return 100 / (1 + np.exp(-pace * (t - middle)))


def sine(t: Any, period: float = 8.0, damping: float = 0.0) -> Any:
    return np.exp(-damping * t) * np.sin(2 * np.pi * t / period)


Cases = Mapping[str, Course]
RISING: Cases = {
    "two points": course(1, 2),
    "a straight line": of(lambda t: 3 * t),
    "with a plateau": course(1, 2, 2, 2, 3),
    "from below zero": course(-5, -3, 0, 1),
    "exponential": of(lambda t: np.exp(t / 10)),
    "toward a goal": of(lambda t: 10 - 8 * np.exp(-t / 5)),
    "an S": of(logistic),
    "one step": course(0, 0, 0, 7, 7),
    "tiny numbers": course(1e-9, 2e-9, 3e-9),
    "a fall of rounding": course(1, 2, 2 - 1e-12, 3),
}
NOT_RISING: Cases = {
    "constant": course(4, 4, 4),
    "falling": course(3, 2, 1),
    "back at the start": course(1, 2, 1),
    "one small dip": course(1, 2, 1.99, 3),
    "a dip at the start": course(1, 0.999, 2),
    "a dip at the end": course(1, 2, 3, 2.999),
    "a wave on a line": of(lambda t: t + 2 * np.sin(t)),
    "overshoot": course(0, 5, 4, 4),
    "a J": course(1, 0, 3),
    "one step down": course(5, 5, 4, 4),
}
S_SHAPED: Cases = {
    "logistic": of(logistic),
    "logistic, falling": of(lambda t: 100 - logistic(t)),
    "logistic, early": of(lambda t: logistic(t, 10.0)),
    "logistic, late": of(lambda t: logistic(t, 30.0)),
    "logistic, steep": of(lambda t: logistic(t, 20.0, 2.0)),
    # Bass with p = .03, q = .38: F = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t)
    "Bass": of(lambda t: (1 - np.exp(-0.41 * t)) / (1 + 0.38 / 0.03 * np.exp(-0.41 * t))),
    "Gompertz": of(lambda t: 50 * np.exp(-8 * np.exp(-t / 6))),
    "the integral of a bell": of(lambda t: np.cumsum(np.exp(-(((t - 20) / 6) ** 2)))),
    "a smooth step": of(lambda t: 3 * (t / 40) ** 2 - 2 * (t / 40) ** 3),
    "lifted by 1,000": of(lambda t: 1_000 + logistic(t)),
}
NOT_S_SHAPED: Cases = {
    "constant": of(lambda t: 0 * t + 5),
    "a straight line": of(lambda t: t),
    "exponential growth": of(lambda t: np.exp(t / 8)),
    "toward a goal": of(lambda t: 10 - 10 * np.exp(-t / 6)),
    "cut off before the bend": of(lambda t: logistic(t, 38.0)),
    "begun after the bend": of(lambda t: logistic(t, 2.0, 0.3)),
    "two steps": of(lambda t: logistic(t, 10.0, 1.0) + logistic(t, 30.0, 1.0)),
    "falls back at the end": of(lambda t: logistic(t) - 10 * np.maximum(0, t - 35) / 5),
    "a bell": of(lambda t: np.exp(-(((t - 20) / 6) ** 2))),
    "steep to the end": of(lambda t: np.minimum(t, 20.0) ** 2),
}
WAVES: Cases = {
    "a sine": of(sine),
    "a cosine": of(lambda t: sine(t + 2)),
    "on a rising line": of(lambda t: 3 * t + 10 * sine(t)),
    "on a falling line": of(lambda t: 50 - t + 5 * sine(t)),
    "damped a little": of(lambda t: sine(t, 8.0, 0.02)),
    "growing a little": of(lambda t: sine(t, 8.0, -0.02)),
    "lifted by 1,000": of(lambda t: 1_000 + sine(t)),
    "saw teeth": of(lambda t: np.abs((t % 8) - 4)),
    "a square wave": of(lambda t: np.sign(np.sin(2 * np.pi * t / 8 + 0.1))),
    "a period of 8.5": of(lambda t: sine(t, 8.5)),
}
NO_WAVES: Cases = {
    "constant": of(lambda t: 0 * t + 7),
    "a straight line": of(lambda t: 2 * t),
    "an S": of(logistic),
    "exponential": of(lambda t: np.exp(t / 10)),
    "one hump": of(lambda t: np.exp(-(((t - 20) / 6) ** 2))),
    "a period of 4": of(lambda t: sine(t, 4.0)),
    "a period of 16": of(lambda t: sine(t, 16.0)),
    "one overshoot": of(lambda t: 1 - np.exp(-t / 3) * np.cos(t / 6)),
    "ripples of a thousandth": of(lambda t: t**2 + 1e-3 * sine(t)),
    "cut off before its first period is over": (T[:60], sine(T[:60])),
}
J_CURVES: Cases = {
    "by hand": course(5, 3, 6),
    "long dip": course(5, 4, 3, 2, 3, 4, 6),
    "a square": of(lambda t: (t - 10) ** 2),
    "dip of a twentieth": course(10, 9, 30),
    "below zero": course(0, -4, 8),
    "plateau first": course(5, 5, 4, 7),
    "flat bottom": course(5, 2, 2, 2, 6),
    "up, a little down, up": course(5, 3, 8, 7, 9),
    "small numbers": course(5e-6, 3e-6, 7e-6),
    "training costs, then pays": of(lambda t: -3 * t * np.exp(-t / 4) + t / 2),
}
NO_J_CURVES: Cases = {
    "constant": course(5, 5, 5),
    "rising": course(1, 2, 3),
    "falling": course(3, 2, 1),
    "back at the start, no more": course(5, 3, 5),
    "ends below": course(5, 3, 4.9),
    "above first": course(5, 6, 3, 7),
    "dip within noise": course(5, 4.999, 9),
    "gain within noise": course(5, 0, 5.01),
    "an inverted J": course(5, 7, 3),
    "above in between only": course(5, 3, 6, 4),
}
PEAKS: Cases = {
    "a bell": of(lambda t: np.exp(-(((t - 20) / 6) ** 2))),
    "at the lower end of the span": of(lambda t: -np.abs(t - 15)),
    "at the upper end of the span": of(lambda t: -np.abs(t - 25)),
    "two humps, the second higher": of(lambda t: sine(t, 18.0, -0.01) * (t < 30)),
    "by hand": (np.array([0.0, 10, 20, 30]), np.array([1.0, 2, 3, 2])),
    "below zero": (np.array([0.0, 10, 20, 30]), np.array([-9.0, -5, -1, -2])),
    "a needle": of(lambda t: (t == 20.0) * 1.0),
    "a plateau": of(lambda t: np.minimum(1, np.maximum(0, 1 - np.abs(t - 20) / 20) * 1.2)),
    "tiny": of(lambda t: 1e-9 * np.exp(-(((t - 20) / 6) ** 2))),
    "on a slope": of(lambda t: t / 100 + np.exp(-(((t - 20) / 6) ** 2))),
}
NO_PEAKS: Cases = {
    "constant": of(lambda t: 0 * t + 2),
    "rising to the end": of(lambda t: t),
    "falling from the beginning": of(lambda t: -t),
    "too early": of(lambda t: -np.abs(t - 14.9)),
    "too late": of(lambda t: -np.abs(t - 25.1)),
    "highest at the end after a hump": of(lambda t: np.exp(-(((t - 20) / 3) ** 2)) + t / 18),
    "a trough": of(lambda t: np.abs(t - 20)),
    "two humps, the first higher": of(lambda t: sine(t, 20.0, 0.01)),
    "by hand, too early": (np.array([0.0, 10, 20, 30]), np.array([1.0, 4, 3, 2])),
    "rises again as high at the end": (np.array([0.0, 10, 20, 30]), np.array([1.0, 2, 3, 3])),
}
ARGUMENTS: Mapping[str, dict[str, Any]] = {"oscillates": {"period": (7.0, 9.0)}, "peaks": {"between": (15.0, 25.0)}}
OF_ONE = {
    "rises": (RISING, NOT_RISING),
    "s_shaped": (S_SHAPED, NOT_S_SHAPED),
    "oscillates": (WAVES, NO_WAVES),
    "j_curve": (J_CURVES, NO_J_CURVES),
    "peaks": (PEAKS, NO_PEAKS),
}


def mirrored(cases: Cases) -> Cases:
    return {f"{name}, upside down": (t, -x) for name, (t, x) in cases.items()}


def listed(which: int) -> list[Any]:
    """(function, course, arguments) of all that pass or all that miss."""
    found = []
    for name, cases in OF_ONE.items():
        found += [
            pytest.param(name, course, ARGUMENTS.get(name, {}), id=f"{name}: {said}")
            for said, course in cases[which].items()
        ]
    found += [
        pytest.param("falls", each, {}, id=f"falls: {said}") for said, each in mirrored(OF_ONE["rises"][which]).items()
    ]
    return found


@pytest.mark.parametrize(("name", "made", "arguments"), listed(0))
def test_a_course_has_the_shape(name: str, made: Course, arguments: dict[str, Any]) -> None:
    found = getattr(shapes, name)(*made, **arguments)
    assert found.holds, found.detail
    assert found.margin >= 0


@pytest.mark.parametrize(("name", "made", "arguments"), listed(1))
def test_a_course_misses_the_shape(name: str, made: Course, arguments: dict[str, Any]) -> None:
    found = getattr(shapes, name)(*made, **arguments)
    assert not found.holds, found.detail
    assert found.margin <= 0
    assert found.detail


# Monotone: all that rises or falls, and what does neither ------------------------------------------------------------

MONOTONE = [*list(RISING.values())[:5], *list(mirrored(RISING).values())[5:]]
NOT_MONOTONE = [
    course(4, 4),
    *(NOT_RISING[name] for name in NOT_RISING if name not in ("constant", "falling", "one step down")),
]
NOT_MONOTONE += [course(3, 1, 2), course(0, 1, 0, 1)]


def test_what_rises_or_falls_is_monotone() -> None:
    assert len(MONOTONE) == 10
    assert all(shapes.monotone(*each).holds for each in MONOTONE)


def test_what_does_neither_is_not_monotone() -> None:
    assert len(NOT_MONOTONE) == 10
    assert not any(shapes.monotone(*each).holds for each in NOT_MONOTONE)


# Against a target ----------------------------------------------------------------------------------------------------

TARGET = 10.0
OVERSHOOTING = [
    (0, 12, 10),
    (0, 11.1, 10),  # a tenth of the target is allowed
    (0, 5, 15, 9),
    (10, 14, 11),
    (0, 20, 15),  # half way back
    (0, 12, 8, 12, 10),
    (-5, 12, 10.5),
    (9.9, 30, 10),
    (0, 11.5, 9, 9),
    (0, 12, 0),
]
NOT_OVERSHOOTING = [
    (0, 10, 10),
    (0, 11, 10),  # a tenth is not more than a tenth
    (0, 9.9, 9.9),
    (12, 11, 10),  # begins above
    (0, 12, 12),  # stays
    (0, 20, 15.1),  # not half way back
    (0, 5, 8),
    (10, 10, 10),
    (11, 13, 10),  # begins above
    (0, 15, 20),
]


@pytest.mark.parametrize("values", OVERSHOOTING)
def test_a_course_overshoots_its_target_by_more_than_a_tenth(values: Sequence[float]) -> None:
    t, x = course(*values)
    assert shapes.overshoots(t, x, np.full_like(x, TARGET), by=0.1).holds
    assert shapes.undershoots(t, -x, np.full_like(x, -TARGET), by=0.1).holds


@pytest.mark.parametrize("values", NOT_OVERSHOOTING)
def test_a_course_does_not_overshoot_its_target_by_more_than_a_tenth(values: Sequence[float]) -> None:
    t, x = course(*values)
    assert not shapes.overshoots(t, x, np.full_like(x, TARGET), by=0.1).holds
    assert not shapes.undershoots(t, -x, np.full_like(x, -TARGET), by=0.1).holds


# Times 0 to 9; within 5 % of 100 from 6 on.
CONVERGING = [
    [0, 50, 80, 90, 94, 95, 96, 97, 98, 99],
    [100] * 10,
    [200, 150, 120, 110, 106, 105.1, 105, 104, 103, 102],
    [0] * 6 + [95] * 4,
    [0, 120, 90, 107, 96, 106, 99, 101, 100, 100],
    [-50, 0, 50, 70, 80, 90, 95, 95, 95, 95],
    [0] * 6 + [105] * 4,
    [1e6, 1e5, 1e4, 1e3, 200, 110, 104, 101, 100, 100],
    [90, 90, 90, 90, 90, 90, 100, 100, 100, 100],
    [100, 0, 100, 0, 100, 0, 96, 104, 97, 103],
]
NOT_CONVERGING = [
    [0, 50, 80, 85, 88, 90, 92, 93, 94, 94.9],
    [0] * 10,
    [100] * 6 + [100, 100, 100, 94],
    [0] * 6 + [94.9, 95, 95, 95],
    [200, 150, 120, 110, 108, 107, 106, 105.5, 105.2, 105.1],
    [0, 120, 90, 107, 96, 106, 94, 105, 97, 103],
    [100, 100, 100, 100, 100, 100, 100, 106, 100, 100],
    [-100] * 10,
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90],
    [95, 95, 95, 95, 95, 95, 95, 94.99, 95, 95],
]


@pytest.mark.parametrize("values", CONVERGING)
def test_a_course_converges(values: list[float]) -> None:
    t, x = course(*values)
    assert shapes.converges(t, x, np.full_like(x, 100.0), within=0.05, by=6.0).holds


@pytest.mark.parametrize("values", NOT_CONVERGING)
def test_a_course_does_not_converge(values: list[float]) -> None:
    t, x = course(*values)
    assert not shapes.converges(t, x, np.full_like(x, 100.0), within=0.05, by=6.0).holds


# Two courses ---------------------------------------------------------------------------------------------------------

Two = tuple[Sequence[float], Sequence[float]]
DIVERGING: list[Two] = [
    ([1, 2, 3], [1, 1, 1]),
    ([1, 2, 4], [0, 0, 0]),
    ([0, -1, -2], [0, 1, 2]),
    ([1, 1, 2], [0, 0, 0]),
    ([5, 5, 5], [5, 4, 2]),
    ([10, 20, 40], [9, 10, 11]),
    ([1, 2, 3], [1, 2, 2.9]),
    ([0, 1], [0, 0]),
    ([0, 1, 0.999, 2], [0, 0, 0, 0]),  # back by a two-thousandth
    ([1e-9, 3e-9], [0, 0]),
]
NOT_DIVERGING: list[Two] = [
    ([1, 1, 1], [1, 1, 1]),
    ([1, 2, 3], [0, 1, 2]),
    ([3, 2, 1], [0, 0, 0]),
    ([0, 2, 1], [0, 0, 0]),
    ([0, 1, 0.9, 2], [0, 0, 0, 0]),
    ([1, 0, 2], [0, 0, 0]),
    ([1, 0, -1], [0, 0, 0]),  # from 1 above to 1 below
    ([5, 4, 3], [1, 2, 3]),
    ([0, 3, 3, 2.9], [0, 0, 0, 0]),
    ([1, 2, 1], [0, 0, 0]),
]


@pytest.mark.parametrize("pair", DIVERGING)
def test_two_courses_diverge(pair: Two) -> None:
    t, x = course(*pair[0])
    assert shapes.diverges(t, x, course(*pair[1])[1]).holds


@pytest.mark.parametrize("pair", NOT_DIVERGING)
def test_two_courses_do_not_diverge(pair: Two) -> None:
    t, x = course(*pair[0])
    assert not shapes.diverges(t, x, course(*pair[1])[1]).holds


CROSSING: list[Two] = [
    ([0, 4], [3, 3]),  # at 0.75
    ([4, 0], [1, 1]),  # at 0.75
    ([0, 2, 4], [2, 2, 2]),  # at 1, on a point
    ([0, 2, 2, 4], [2, 2, 2, 2]),  # touches at 1, then goes on
    ([0, 1, 3], [3, 2, 1]),  # at 4/3
    ([-1, 1], [0, 0]),
    ([1, -1, 1], [0, 0, 0]),
    ([0, 0, 5], [1, 1, 1]),  # at 1.2
    ([0, 10], [5, 5]),
    ([1e-9, 3e-9], [2e-9, 2e-9]),
]
NOT_CROSSING: list[Two] = [
    ([0, 1], [3, 3]),
    ([0, 3], [3, 3]),  # touches at the end
    ([2, 2, 2], [2, 2, 2]),
    ([0, 2, 0], [2, 2, 2]),  # touches and goes back
    ([0, 0, 0, 4], [3, 3, 3, 3]),  # at 2.75, too late
    ([0, 4, 4], [0.5, 0.5, 0.5]),  # at 0.125, too early
    ([5, 4, 3], [1, 1, 1]),
    ([0, 1, 2], [1, 2, 3]),
    ([3, 3], [0, 2.9]),
    ([2, 3], [2, 2]),  # together at first, never on the other side
]


@pytest.mark.parametrize("pair", CROSSING)
def test_two_courses_cross(pair: Two) -> None:
    t, x = course(*pair[0])
    assert shapes.crosses(t, x, course(*pair[1])[1], between=(0.5, 2.0)).holds


@pytest.mark.parametrize("pair", NOT_CROSSING)
def test_two_courses_do_not_cross(pair: Two) -> None:
    t, x = course(*pair[0])
    assert not shapes.crosses(t, x, course(*pair[1])[1], between=(0.5, 2.0)).holds


def truths(text: str) -> list[bool]:
    return [sign == "x" for sign in text]


FIRST = ["x.. .x.", "x.. ...", ".x. ..x", "xxx .xx", "x.x .x.", "..x ...", "x.. ..x", ".x. ...", ".xx ..x", "xx. .xx"]
NOT_FIRST = [
    "... ...",
    ".x. x..",
    ".x. .x.",
    "... ..x",
    "..x x..",
    "..x .x.",
    "x.. x..",
    "xxx xxx",
    "... xxx",
    ".xx xxx",
]


@pytest.mark.parametrize("pair", FIRST)
def test_one_thing_comes_before_another(pair: str) -> None:
    first, second = pair.split()
    assert shapes.before(np.arange(3.0), truths(first), truths(second)).holds


@pytest.mark.parametrize("pair", NOT_FIRST)
def test_one_thing_does_not_come_before_another(pair: str) -> None:
    first, second = pair.split()
    assert not shapes.before(np.arange(3.0), truths(first), truths(second)).holds


# Margins by hand -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "margin", "time"),
    [
        (shapes.rises(*course(1, 2, 5)), 4.0, 2.0),  # 5 - 1
        (shapes.rises(*course(1, 4, 2, 5)), -2.0, 2.0),  # falls from 4 to 2
        (shapes.falls(*course(5, 2, 1)), 4.0, 2.0),
        (shapes.j_curve(*course(10, 4, 30)), 6.0 - 0.26, 1.0),  # a dip of 6, less a hundredth of the range of 26
        (shapes.peaks(*course(1, 5, 2, 1), between=(0.0, 3.0)), 1.0, 1.0),
        (shapes.overshoots(*course(0, 15, 10), np.full(3, 10.0), by=0.1), 4.0, 1.0),  # 5 above, 1 allowed
        (shapes.converges(*course(0, 98, 99), np.full(3, 100.0), within=0.05, by=1.0), 3.0, 1.0),  # 5 - 2
        (shapes.diverges(*course(1, 2, 5), np.zeros(3)), 4.0, 2.0),
        (shapes.crosses(*course(0, 4), np.full(2, 3.0), between=(0.5, 1.0)), 0.25, 0.75),
        (shapes.before(np.arange(3.0), truths("x.."), truths("..x")), 2.0, 0.0),
    ],
)
def test_margins_are_what_hand_computation_gives(found: Finding, margin: float, time: float) -> None:
    assert found.margin == pytest.approx(margin, abs=1e-12)
    assert found.time == time


def test_the_period_and_the_decay_of_a_damped_wave_are_measured() -> None:
    """The extremes of exp(-d t) sin(w t) are pi / w apart, each smaller by exp(-d pi / w); the trend is near 0."""
    t = np.linspace(0, 80, 8001)
    x = np.exp(-0.02 * t) * np.sin(2 * np.pi * t / 8)
    decay = np.exp(-0.02 * 8)
    assert shapes.oscillates(t, x, period=(7.95, 8.05), decay=(decay - 0.02, decay + 0.02)).holds
    assert not shapes.oscillates(t, x, period=(8.1, 9.0)).holds
    assert not shapes.oscillates(t, x, decay=(0.0, 0.8)).holds


@pytest.mark.parametrize("name", list(OF_ONE))
@pytest.mark.parametrize("which", [0, 1])
def test_a_shape_does_not_depend_on_scale_or_place(name: str, which: int) -> None:
    for t, x in OF_ONE[name][which].values():
        judge = getattr(shapes, name)
        arguments = ARGUMENTS.get(name, {})
        moved = judge(t, 1_000 * x, **arguments)
        assert moved.holds == judge(t, x, **arguments).holds


def test_nothing_raises_for_the_shortest_courses() -> None:
    for t, x in (course(3, 3), course(1, 2), course(0, 0)):
        for name in OF_ONE:
            assert isinstance(getattr(shapes, name)(t, x, **ARGUMENTS.get(name, {})), Finding)
        for judge in (shapes.overshoots, shapes.undershoots, shapes.converges, shapes.diverges, shapes.crosses):
            assert isinstance(judge(t, x, x), Finding)
