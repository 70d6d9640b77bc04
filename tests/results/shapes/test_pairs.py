"""Two courses that part or cross; two conditions."""

import numpy as np
import pytest

from sdlang.results.shapes import Finding
from sdlang.results.shapes.pairs import before, crosses, diverges
from tests.results.shapes.examples import Example, T, Told, assert_seen, at, course, having, missing, noise, wave

Values = list[float]


def both(x: Values, y: Values) -> Told:
    """Two courses at the times 0, 1, 2, ..."""
    t, values = course(*x)
    return t, values, np.array(y, dtype=np.float64)


def within(low: float, high: float, told: Told) -> Told:
    return *told, (low, high)


DIVERGES = {
    "one rises": both([1, 2, 3], [1, 1, 1]),
    "faster and faster": both([1, 2, 4], [0, 0, 0]),
    "in both directions": both([0, -1, -2], [0, 1, 2]),
    "level at first": both([1, 1, 2], [0, 0, 0]),
    "the other falls": both([5, 5, 5], [5, 4, 2]),
    "both rise, one faster": both([10, 20, 40], [9, 10, 11]),
    "together until the end": both([1, 2, 3], [1, 2, 2.9]),
    "two points": both([0, 1], [0, 0]),
    "a ripple of a 200th": both([0, 1, 0.99, 2], [0, 0, 0, 0]),
    "tiny": both([1e-9, 3e-9], [0, 0]),
    "the one below falls": both([1, 1, 1], [0, -1, -2]),
    "noise of 1e-12": (T, T + noise(1e-12), 0 * T),
}
NO_DIVERGES = {
    "the same": both([1, 1, 1], [1, 1, 1]),
    "side by side": both([1, 2, 3], [0, 1, 2]),
    "side by side, with noise of 1e-12": (T, 1 + T + noise(1e-12), T),
    "together": both([3, 2, 1], [0, 0, 0]),
    "apart and halfway back": both([0, 2, 1], [0, 0, 0]),
    "a dip of a twentieth": both([0, 1, 0.9, 2], [0, 0, 0, 0]),
    "a dip in the middle": both([1, 0, 2], [0, 0, 0]),
    "from 1 above to 2 below": both([1, 0, -2], [0, 0, 0]),
    "from 1 above to 2 below, between two points": both([1, -2], [0, 0]),
    "nearer, both falling": both([5, 4, 3], [1, 2, 3]),
    "back a little at the end": both([0, 3, 3, 2.9], [0, 0, 0, 0]),
    "apart and back": both([1, 2, 1], [0, 0, 0]),
}
CROSSES = {
    "upward, at 0.75": within(0.5, 2, both([0, 4], [3, 3])),
    "downward, at 0.75": within(0.5, 2, both([4, 0], [1, 1])),
    "on a point": within(0.5, 2, both([0, 2, 4], [2, 2, 2])),
    "rests on it from 1 to 2": within(0.5, 2, both([0, 2, 2, 4], [2, 2, 2, 2])),
    "both move, at 4/3": within(0.5, 2, both([0, 1, 3], [3, 2, 1])),
    "there and back": within(0.5, 2, both([1, -1, 1], [0, 0, 0])),
    "too early, and again": within(0.8, 2, both([1, -1, 1], [0, 0, 0])),
    "at the beginning of the span": within(0.5, 2, both([0, 10], [5, 5])),
    "at its end": within(0, 0.5, both([0, 10], [5, 5])),
    "tiny": within(0.5, 2, both([1e-9, 3e-9], [2e-9, 2e-9])),
    "at any time": both([0, 0, 0, 0, 5], [1, 1, 1, 1, 1]),
    "touches, and crosses later": within(0.5, 2, both([0, 2, 0, 4], [2, 2, 2, 2])) [:3],
    "noise of 1e-12": within(15, 17, (T, T + noise(1e-12), 0 * T + 16)),
}  # fmt: skip
NO_CROSSES = {
    "always below": within(0.5, 2, both([0, 1], [3, 3])),
    "always above": within(0.5, 2, both([5, 4, 3], [1, 1, 1])),
    "reaches it at the end": within(0.5, 2, both([0, 3], [3, 3])),
    "the same": within(0.5, 2, both([2, 2, 2], [2, 2, 2])),
    "touches and goes back": within(0.5, 2, both([0, 2, 0], [2, 2, 2])),
    "rests on it and goes back": within(0.5, 2, both([0, 2, 2, 0], [2, 2, 2, 2])),
    "at 2.75, too late": within(0.5, 2, both([0, 0, 0, 4], [3, 3, 3, 3])),
    "at 0.125, too early": within(0.5, 2, both([0, 4, 4], [0.5, 0.5, 0.5])),
    "side by side": within(0.5, 2, both([0, 1, 2], [1, 2, 3])),
    "nearly": within(0.5, 2, both([3, 3], [0, 2.9])),
    "together at first": within(0.5, 2, both([2, 3], [2, 2])),
    "noise of 1e-12 around it": (T, 1 + noise(1e-12), 0 * T + 1),
    "touches in a wave": (T, wave(T) - 1, 0 * T),
}


def truths(first: str, second: str) -> Told:
    """At the times 0, 1, 2: `x` where a condition holds."""
    return np.arange(3.0), *([sign == "x" for sign in each] for each in (first, second))


BEFORE = {
    "by one point": truths("x..", ".x."),
    "the second never": truths("x..", "..."),
    "by two points": truths("x..", "..x"),
    "the second to the end": truths("xxx", ".xx"),
    "on and off": truths("x.x", ".x."),
    "at the last point, the second never": truths("..x", "..."),
    "in the middle": truths(".x.", "..x"),
    "in the middle, the second never": truths(".x.", "..."),
    "to the end": truths(".xx", "..x"),
    "both later together": truths("xx.", ".x."),
}
NOT_BEFORE = {
    "neither": truths("...", "..."),
    "after it": truths(".x.", "x.."),
    "together": truths(".x.", ".x."),
    "never": truths("...", "..x"),
    "two points after it": truths("..x", "x.."),
    "at the end": truths("..x", ".x."),
    "together from the beginning": truths("x..", "x.."),
    "always, both": truths("xxx", "xxx"),
    "never, the second always": truths("...", "xxx"),
    "after it, to the end": truths(".xx", "xxx"),
}
EXAMPLES = [
    *having("diverges", DIVERGES),
    *missing("diverges", NO_DIVERGES),
    *having("crosses", CROSSES),
    *missing("crosses", NO_CROSSES),
    *having("before", BEFORE),
    *missing("before", NOT_BEFORE),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_pair_is_seen(example: Example) -> None:
    assert_seen(example)


@pytest.mark.parametrize(
    ("found", "margin", "time"),
    [
        (diverges(*both([1, 2, 5], [0, 0, 0])), 4, 2),  # from 1 to 5
        (diverges(*both([3, 2, 1], [0, 0, 0])), -2, 2),
        (diverges(*both([0, 4, 2, 10], [0, 0, 0, 0])), 0.1 - 2, 2),  # 2 nearer, of a range of 10
        (diverges(*both([1, -3], [0, 0])), 0.03 - 1, 0.25),  # 1 nearer until they cross, of a range of 3
        (crosses(*both([0, 4], [3, 3]), between=(0.5, 1)), 0.25, 0.75),
        (crosses(*both([0, 4], [3, 3]), between=(0.5, 0.8)), pytest.approx(0.05), 0.75),
        (crosses(*both([0, 4], [3, 3]), between=(0.8, 1)), pytest.approx(-0.05), 0.75),
        (crosses(*both([0, 2, 2, 4], [2, 2, 2, 2])), 1.5, 1.5),  # rests from 1 to 2
        (crosses(*both([1, -1, 1], [0, 0, 0]), between=(1, 2)), 0.5, 1.5),  # the better of two
        (crosses(*both([0, 1, 2], [3, 3, 3])), -2, 2),  # never: the length of the course
        (before(*truths("x..", "..x")), 2, 0),
        (before(*truths(".x.", "...")), 1, 1),
        (before(*truths("..x", "x..")), -2, 2),
        (before(*truths("...", "x..")), -2, 2),
    ],
)
def test_margins_are_those_of_hand_computation(found: Finding, margin: float, time: float) -> None:
    assert (found.margin, found.time) == (margin, time)


def test_times_may_be_uneven() -> None:
    t, x = at([0, 3, 103], [0, 1, 3])
    assert crosses(t, x, np.full(3, 2.0)).time == 53.0  # half way from 3 to 103


def test_the_details_have_the_numbers() -> None:
    for found, detail in (
        (diverges(*both([1, 2, 5], [0, 0, 0])), "they are 1 apart at 0 and 5 at 2"),
        (diverges(*both([0, 4, 2, 10], [0, 0, 0, 0])), "they come 2 nearer from 1 to 2"),
        (crosses(*both([1, -1, 1], [0, 0, 0])), "they cross at 0.5, 1.5"),
        (crosses(*both([0, 1, 2], [3, 3, 3])), "they never cross; they are nearest at 2, 1 apart"),
        (before(*truths("x..", "..x")), "the first is true at 0, the second at 2"),
        (before(*truths("x..", "...")), "the first is true at 0, the second never"),
        (before(*truths("...", "x..")), "the first never comes true"),
    ):
        assert found.detail == detail
