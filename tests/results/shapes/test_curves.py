"""An S, a J and a peak."""

import numpy as np
import pytest

from sdlang.results.shapes import Finding
from sdlang.results.shapes.curves import j_curve, peaks, s_shaped
from tests.results.shapes.examples import (
    Example,
    T,
    Told,
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
    with_slopes,
)


def bass(p: float, q: float) -> Told:
    """Bass 1969: F = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t)"""
    return of(lambda t: (1 - np.exp(-(p + q) * t)) / (1 + q / p * np.exp(-(p + q) * t)))


# 100 / (1 + e^-(t - 20)/2) is at a share y of its ceiling at t = 20 + 2 ln(y / (1 - y)); its slope is there 4 y (1 - y)
# of the steepest, so a half at y = (1 + sqrt(1/2)) / 2 = 0.854.
def logistic_until(share: float) -> Told:
    return until(20 + 2 * np.log(share / (1 - share)), of(logistic))


S = {
    "logistic": of(logistic),
    "logistic, downward": of(lambda t: 100 - logistic(t)),
    "logistic, early": of(lambda t: logistic(t, 10.0)),
    "logistic, steep": of(lambda t: logistic(t, 20.0, 2.0)),
    "logistic, cut off at 87 % of its ceiling": logistic_until(0.87),
    "Bass": bass(0.03, 0.38),
    "Gompertz": of(lambda t: 50 * np.exp(-8 * np.exp(-t / 6))),
    "what comes in a bell": of(lambda t: np.cumsum(bell(t))),
    "3 s^2 - 2 s^3": of(lambda t: 3 * (t / 40) ** 2 - 2 * (t / 40) ** 3),
    "lifted by 1,000": of(lambda t: 1_000 + logistic(t)),
    "four points": course(0, 1, 9, 10),
    "steady in the middle": with_slopes(1, 4, 9, 9, 9, 4, 1),
    "a slope that wavers by 1/200": with_slopes(1, 6, 5.95, 10, 6, 1),
    "at uneven times": at([0, 4, 5, 5.5, 6, 7, 12], [0, 1, 3, 6, 9, 11, 12]),
    "noise of 1e-12": of(lambda t: logistic(t) + noise(1e-12)),
}
NO_S = {
    "constant": course(5, 5, 5, 5, 5),
    "noise of 1e-12 on a constant": of(lambda t: 1 + noise(1e-12)),
    "two points": course(0, 1),
    "a straight line": of(lambda t: t),
    "nearly a straight line: as steep as 60 % at its ends": with_slopes(6, 8, 10, 8, 6),
    "exponential: it never slows down": of(lambda t: np.exp(t / 8)),
    "toward a goal: it only slows down": of(lambda t: 10 - 10 * np.exp(-t / 6)),
    "logistic, cut off at 83 % of its ceiling": logistic_until(0.83),
    "Bass with p a third of q: begins at 75 % of its steepest slope": bass(0.03, 0.09),
    "two S on top of one another": of(lambda t: logistic(t, 10.0, 1.0) + logistic(t, 30.0, 1.0)),
    "three steps: it bends five times": of(lambda t: logistic(t, 8, 2) + logistic(t, 20, 2) + logistic(t, 32, 2)),
    "falls back by 2 % at the end": of(lambda t: logistic(t) - 2 * np.maximum(0, t - 35) / 5),
    "dips by 2 % before it grows": course(0, -0.2, 1, 9, 9.8),
    "a bell": of(bell),
    "an S the wrong way round": with_slopes(10, 5, 1, 5, 10),
    "a slope that wavers by 1/20": with_slopes(1, 6, 5.5, 10, 6, 1),
    "speeds up for 1 % of its change": with_slopes(1, 40, 30, 20, 9),
    "slows down for 1 % of its change": with_slopes(9, 20, 30, 40, 1),
    "one step": course(0, 0, 0, 1, 1, 1),
    "a ramp between two levels": of(lambda t: np.clip(t - 15, 0, 10)),
}
J = {
    "by hand": course(5, 3, 6),
    "a long dip": course(5, 4, 3, 2, 3, 4, 6),
    "a parabola": of(lambda t: (t - 10) ** 2),
    "a dip of a twentieth": course(10, 9, 30),
    "below 0": course(0, -4, 8),
    "level at first": course(5, 5, 4, 7),
    "level at its lowest": course(5, 2, 2, 2, 6),
    "a second dip": course(5, 3, 8, 4, 9),
    "small numbers": course(5e-6, 3e-6, 7e-6),
    "training costs, then pays": of(lambda t: -3 * t * np.exp(-t / 4) + t / 2),
    "a little above first, by a 500th": course(5, 5.01, 3, 8),
    "noise of 1e-12": of(lambda t: (t - 10) ** 2 + noise(1e-12)),
}
NO_J = {
    "constant": course(5, 5, 5),
    "noise of 1e-12 on a constant": of(lambda t: 1 + noise(1e-12)),
    "rising": course(1, 2, 3),
    "falling": course(3, 2, 1),
    "back at its beginning, no more": course(5, 3, 5),
    "ends a little below": course(5, 3, 4.9),
    "above first": course(5, 6, 3, 7),
    "above first, by a fiftieth": course(5, 5.1, 3, 8),
    "a dip of a 200th": course(5, 4.98, 9),
    "a gain of a 500th": course(5, 0, 5.01),
    "upside down": course(5, 7, 3),
    "above in between only": course(5, 3, 6, 4),
    "two points": course(5, 6),
}
SPAN = (15.0, 25.0)
PEAKS = {
    "a bell": (*of(bell), SPAN),
    "at the lower end of the span": (*of(lambda t: -np.abs(t - 15)), SPAN),
    "at the upper end of the span": (*of(lambda t: -np.abs(t - 25)), SPAN),
    "two humps, the second higher": (*of(lambda t: bell(t, 8, 3) + 1.1 * bell(t, 20, 3)), SPAN),
    "by hand": (*at([0, 10, 20, 30], [1, 2, 3, 2]), SPAN),
    "below 0": (*at([0, 10, 20, 30], [-9, -5, -1, -2]), SPAN),
    "a needle": (*of(lambda t: t == 20.0), SPAN),
    "rests at its peak from 12 to 28": (*of(lambda t: np.minimum(8, 20 - np.abs(t - 20)) + 0.0), SPAN),
    "rests at its peak, with no point in the span": (*at([0, 10, 30, 40], [0, 1, 1, 0]), SPAN),
    "rests at its peak until 15": (*at([0, 10, 15, 40], [0, 1, 1, 0]), SPAN),
    "tiny": (*of(lambda t: 1e-9 * bell(t)), SPAN),
    "on a slope": (*of(lambda t: t / 100 + bell(t)), SPAN),
    "one of many that are equally high": (*of(wave), SPAN),
    "at any time": (*of(lambda t: bell(t, 33)), None),
    "noise of 1e-12": (*of(lambda t: bell(t) + noise(1e-12)), SPAN),
}
NO_PEAKS = {
    "constant": (*of(lambda t: 2), SPAN),
    "noise of 1e-12 on a constant": (*of(lambda t: 1 + noise(1e-12)), SPAN),
    "rising to the end": (*of(lambda t: t), SPAN),
    "falling from the beginning": (*of(lambda t: -t), SPAN),
    "at 14.9": (*of(lambda t: -np.abs(t - 14.9)), SPAN),
    "at 25.1": (*of(lambda t: -np.abs(t - 25.1)), SPAN),
    "highest at the end, after a hump": (*of(lambda t: bell(t, 20, 3) + t / 18), SPAN),
    "a trough": (*of(lambda t: np.abs(t - 20)), SPAN),
    "two humps, the first higher": (*of(lambda t: 1.1 * bell(t, 8, 3) + bell(t, 20, 3)), SPAN),
    "stays at its peak": (*at([0, 10, 20, 30], [1, 2, 3, 3]), SPAN),
    "comes down by a 200th only": (*at([0, 10, 20, 30], [0, 1, 2, 1.99]), SPAN),
    "rests at its peak until 14": (*at([0, 10, 14, 40], [0, 1, 1, 0]), SPAN),
    "no peak at any time": (*of(lambda t: t), None),
    "two points": (*at([0, 20], [1, 2]), SPAN),
}
EXAMPLES = [
    *having("s_shaped", S),
    *missing("s_shaped", NO_S),
    *having("j_curve", J),
    *missing("j_curve", NO_J),
    *having("peaks", PEAKS),
    *missing("peaks", NO_PEAKS),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_curve_is_seen(example: Example) -> None:
    assert_seen(example)


@pytest.mark.parametrize(
    ("found", "margin", "time"),
    [
        # Slopes as shares of the steepest: 1/8 at both ends, a reserve of 1 - (1/8) / (1/2); all others are larger.
        (s_shaped(*course(0, 1, 9, 10)), 0.75, 1.5),
        (s_shaped(*course(10, 9, 1, 0)), 0.75, 1.5),
        (s_shaped(*with_slopes(6, 8, 10, 8, 6)), -0.2, 0),  # 1 - 0.6 / 0.5
        (s_shaped(*with_slopes(1, 40, 30, 20, 9)), -0.8, 1.5),  # 1 % before the steep part of 5 %: 0.01 / 0.05 - 1
        (s_shaped(*with_slopes(1, 6, 5.95, 10, 6, 1)), 0.5, 3.5),  # wavers by 0.005 of 0.01
        (s_shaped(*with_slopes(1, 6, 5.5, 10, 6, 1)), -4, 3.5),  # by 0.05
        (s_shaped(*course(0, 1, 9, 10, 9.8)), -1.04081632653, 3),  # 0.2 of 9.8 back: 1 - (0.2 / 9.8) / 0.01
        (s_shaped(*course(3, 5, 3)), -1, 2),
        (j_curve(*course(10, 4, 30)), 6 - 0.26, 1),  # a dip of 6, less a hundredth of 26
        (j_curve(*course(10, 0, 15)), 5 - 0.15, 1),  # a gain of 5
        (j_curve(*course(10, 12, 0, 30)), 0 - 0.3, 1),  # no dip before it is above
        (j_curve(*course(10, 0, 8)), -2 - 0.1, 2),
        (peaks(*course(1, 5, 2, 1), between=(0, 3)), 1, 1),
        (peaks(*course(1, 5, 2, 1), between=(2, 3)), -1, 1),
        (peaks(*course(1, 5, 5, 5, 2), between=(1.5, 4)), 1.25, 2.75),  # the middle of the span is best
        (peaks(*course(1, 2, 3), between=(0, 2)), -2, 2),  # none: the length of the course
    ],
)
def test_margins_are_those_of_hand_computation(found: Finding, margin: float, time: float) -> None:
    assert found.margin == pytest.approx(margin, rel=1e-9)
    assert found.time == time


def test_the_reserve_of_a_logistic_curve_is_that_of_its_slopes() -> None:
    """From y = 0.1 on the slope begins at 4 * 0.1 * 0.9 = 0.36 of the steepest: a reserve of 1 - 0.36 / 0.5."""
    t = np.linspace(-2 * np.log(9), 40, 20_001)
    assert s_shaped(t, logistic(t, 0.0)).margin == pytest.approx(0.28, abs=2e-3)


@pytest.mark.parametrize(("p", "q"), [(0.03, 0.38), (0.01, 0.4), (0.005, 0.6)])
def test_the_inflection_of_bass_is_where_theory_has_it(p: float, q: float) -> None:
    """Bass 1969: adoption is fastest at ln(q/p) / (p + q), with 1/2 - p/2q adopted."""
    found = s_shaped(*bass(p, q))
    assert found.time == pytest.approx(np.log(q / p) / (p + q), abs=0.06)  # points are 0.1 apart
    share = 100 * (0.5 - p / 2 / q) / bass(p, q)[1][-1]
    assert float(found.detail.split("after ")[1].split(" %")[0]) == pytest.approx(share, abs=0.6)


@pytest.mark.parametrize(
    ("told", "detail"),
    [
        (NO_S["two S on top of one another"], "3 inflections, at 10, 20, 30; an S has one"),
        (NO_S["three steps: it bends five times"], "5 inflections, at 8, 14, 20, 26, 32; an S has one"),
        (NO_S["an S the wrong way round"],
         "it slows down until 2.5 and then speeds up; an S does it the other way round"),
        (NO_S["a straight line"], "it begins at 100 % of its steepest slope"),
        (course(0, 1, 9, 10, 9.8), "it turns at 3: rises by 10 until then, falls by 0.2 until 4"),
        (course(10, 9, 1, 0, 0.2), "it turns at 3: falls by 10 until then, rises by 0.2 until 4"),
        (NO_S["one step"], "only 0 % of its change comes before its steepest part begins, at 2"),
        (course(0, 1, 9, 10), "it is steepest at 1.5, after 50 % of its change"),
        (course(4, 6, 4), "it ends where it began, at 4"),
    ],
)  # fmt: skip
def test_the_detail_says_what_an_s_has_and_this_has_not(told: Told, detail: str) -> None:
    assert s_shaped(*told).detail == detail


def test_the_detail_says_what_is_missing_for_a_j() -> None:
    assert j_curve(*course(5, 3, 6)).detail == "it is lowest at 1, 2 below its beginning, and ends 1 above it"
    assert j_curve(*course(5, 7, 3)).detail == "it is above its beginning, 5, at 1 and was not below it before"
    assert j_curve(*course(5, 3, 4)).detail == "it ends at 4, not above its beginning, 5"
    assert j_curve(*course(5, 5, 5)).detail == "it does not change: it stays at 5"


def test_the_detail_says_where_the_largest_value_is() -> None:
    assert peaks(*of(bell), between=(0, 10)).detail == "it peaks at 20, with 1"
    largest = "it is largest at 40, with 40, and not lower both before and after"
    assert peaks(T, T, between=SPAN).detail == largest
