"""Courses that rise, fall, or do one of the two."""

import numpy as np
import pytest

from sdlang.results.shapes import Finding
from sdlang.results.shapes.directions import falls, monotone, rises
from tests.results.shapes.examples import (
    Example,
    assert_seen,
    at,
    course,
    having,
    logistic,
    mirrored,
    missing,
    noise,
    of,
)

RISES = {
    "two points": course(1, 2),
    "a straight line": of(lambda t: 3 * t),
    "with a rest": course(1, 2, 2, 2, 3),
    "from below 0": course(-5, -3, 0, 1),
    "exponential": of(lambda t: np.exp(t / 10)),
    "toward a goal": of(lambda t: 10 - 8 * np.exp(-t / 5)),
    "an S": of(logistic),
    "one step": course(0, 0, 0, 7, 7),
    "tiny numbers": course(1e-9, 2e-9, 3e-9),
    "uneven times": at([0, 0.001, 5, 90], [1, 2, 3, 4]),
    "a fall of rounding": course(1, 2, 2 - 1e-8, 3),
    "noise of 1e-12 on its plateau": of(lambda t: np.minimum(t, 20) + noise(1e-12)),
}
NOT_RISES = {
    "constant": course(4, 4, 4),
    "noise of 1e-12 on a constant": of(lambda t: 1 + noise(1e-12)),
    "falling": course(3, 2, 1),
    "back at the beginning": course(1, 2, 1),
    "one dip of a hundredth": course(1, 2, 1.99, 3),
    "a dip of a millionth": course(1, 2, 2 - 1e-6, 3),
    "a dip at the beginning": course(1, 0.999, 2),
    "a dip at the end": course(1, 2, 3, 2.999),
    "a wave on a line": of(lambda t: t + 2 * np.sin(t)),
    "past its goal and back": course(0, 5, 4, 4),
    "worse before better": course(1, 0, 3),
    "one step down": course(5, 5, 4, 4),
}
MONOTONE = {
    "up": course(1, 2, 3),
    "down": course(3, 2, 1),
    "down to a goal": of(lambda t: np.exp(-t / 5)),
    "up from below 0": course(-3, -1, 4),
    "down with a rest": course(5, 4, 4, 1),
    "one step down": course(5, 5, 4, 4),
    "two points": course(2, 1),
    "down, with noise of 1e-12": of(lambda t: -np.minimum(t, 20) + noise(1e-12)),
    "up by a millionth": course(1, 1 + 1e-6),
    "a falling S": of(lambda t: -logistic(t)),
}
NOT_MONOTONE = {
    "constant": course(4, 4),
    "noise of 1e-12 on a constant": of(lambda t: 1 + noise(1e-12)),
    "up and a little down": course(1, 2, 1.99),
    "down and a little up": course(2, 1, 1.01),
    "up and back": course(1, 2, 1),
    "down and back": course(2, 1, 2),
    "a wave": of(np.sin),
    "a wave on a falling line": of(lambda t: -t + 2 * np.sin(t)),
    "a dip of a millionth": course(1, 2, 2 - 1e-6, 3),
    "worse before better": course(3, 2, 9),
}
EXAMPLES = [
    *having("rises", RISES),
    *missing("rises", NOT_RISES),
    *having("falls", mirrored(RISES)),
    *missing("falls", mirrored(NOT_RISES)),
    *having("monotone", MONOTONE),
    *missing("monotone", NOT_MONOTONE),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_direction_is_seen(example: Example) -> None:
    assert_seen(example)


@pytest.mark.parametrize(
    ("found", "margin", "time"),
    [
        (rises(*course(1, 2, 5)), 4, 2),  # 5 - 1
        (rises(*course(1, 4, 2, 5)), -2, 2),  # falls from 4 to 2
        (rises(*course(9, 8, 9, 5, 6)), -4, 3),  # the largest fall is from 9 to 5
        (falls(*course(5, 2, 1)), 4, 2),
        (falls(*course(5, 2, 4, 1)), -2, 2),
        (monotone(*course(5, 2, 4, 1)), -2, 2),  # rises by 2 at most, falls by 4
        (monotone(*course(1, 4, 2, 5)), -2, 2),
        (monotone(*course(1, 2, 5)), 4, 2),
    ],
)
def test_the_margin_is_the_whole_change_or_the_largest_step_back(found: Finding, margin: float, time: float) -> None:
    assert (found.margin, found.time) == (margin, time)


def test_the_detail_says_where_it_turns_and_by_how_much() -> None:
    assert rises(*course(1, 13, 10)).detail == "it turns at 1: rises by 12 until then, falls by 3 until 2"
    assert falls(*course(13, 1, 4)).detail == "it turns at 1: falls by 12 until then, rises by 3 until 2"
    assert rises(*course(9, 4)).detail == "it falls by 5 from 0 to 1"
    assert falls(*course(-7, -7)).detail == "it does not change: it stays at -7"


def test_times_are_told_as_the_caller_wants() -> None:
    assert "2031" in rises(*course(1, 13, 10), say=lambda time: f"{2030 + time:.0f}").detail
