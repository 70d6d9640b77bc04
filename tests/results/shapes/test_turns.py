"""Turns, falls and trends, against SciPy, NumPy and hand computation."""

import numpy as np
import pytest
from scipy.signal import find_peaks

from sdlang.results.shapes.turns import largest_fall, turns_of, without_trend
from tests.results.shapes.examples import T, at, course, noise, of, wave


def test_turns_are_extremes_that_it_moves_to_and_from() -> None:
    found = turns_of(*course(0, 3, 1, 2, 0, 5), 0.5)
    assert [(turn.time, turn.value, turn.is_high) for turn in found] == [
        (1, 3, True), (2, 1, False), (3, 2, True), (4, 0, False)]  # fmt: skip


def test_what_is_smaller_is_no_turn() -> None:
    """From 3 to 1, 2 and 0 it moves by 1 on the way, which is not more than 1."""
    assert [turn.time for turn in turns_of(*course(0, 3, 1, 2, 0, 5), 1.0)] == [1, 4]


def test_the_ends_are_no_turns() -> None:
    assert turns_of(*course(5, 1, 2), 1.0) == ()
    assert turns_of(*course(1, 2), 0.0) == ()
    assert turns_of(*course(1), 0.0) == ()


def test_a_rest_at_an_extreme_is_one_turn_in_its_middle() -> None:
    (turn,) = turns_of(*at([0, 1, 2, 7, 9], [0, 4, 4, 4, 0]), 1.0)
    assert (turn.begin, turn.end, turn.time) == (1, 7, 4)


def test_noise_of_1e_12_does_not_move_a_rest() -> None:
    t, x = of(lambda t: np.clip(20 - np.abs(t - 20), 0, 8) + noise(1e-12))
    (turn,) = turns_of(t, x, 1.0)
    assert (turn.begin, turn.end) == (pytest.approx(8), pytest.approx(32))


@pytest.mark.parametrize("seed", range(20))
def test_turns_are_the_prominent_peaks_of_scipy(seed: int) -> None:
    """A high from which it moves by more than a distance on both sides is a peak of that prominence."""
    x = np.cumsum(np.random.default_rng(seed).normal(size=300))
    t, least = np.arange(300.0), 3.0
    # Prominence beyond the ends of the course is none to SciPy, and so it is here.
    for sign, is_high in ((1, True), (-1, False)):
        places, _ = find_peaks(sign * x, prominence=least)
        ours = {turn.time for turn in turns_of(t, x, least) if turn.is_high is is_high}
        assert ours == {float(place) for place in places}


def test_the_largest_fall_is_that_between_a_point_and_a_later_one() -> None:
    fall = largest_fall(np.array([3.0, 5.0, 1.0, 9.0, 6.0]))
    assert (fall.size, fall.start, fall.end) == (4.0, 1, 2)
    assert largest_fall(np.array([1.0, 2.0])).size == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_the_trend_is_the_line_of_least_squares(seed: int) -> None:
    """NumPy's polyfit over a fine grid of the polyline."""
    random = np.random.default_rng(seed)
    t = np.concatenate(([0.0], np.sort(random.uniform(0, 10, 12)), [10.0]))
    x = random.normal(size=14) + 3 * t
    fine = np.linspace(0, 10, 200_001)
    line = np.polyfit(fine, np.interp(fine, t, x), 1)
    assert without_trend(t, x) == pytest.approx(x - np.polyval(line, t), abs=1e-4)


def test_a_line_without_its_trend_is_nothing() -> None:
    assert not without_trend(T, 3 * T - 7).any()
    assert not without_trend(*course(3, 4)).any()
    assert not without_trend(*course(3)).any()


def test_a_sine_over_whole_periods_is_nearly_its_own_rest() -> None:
    """The line nearest to sin(2 pi t / 8) over 0 .. 40 has the slope 12/40^3 times the integral of c sin, which is
    -40 * 8 / (2 pi)."""
    left = without_trend(*of(wave))
    assert left == pytest.approx(wave(T) + 12 / 40**3 * 40 * 8 / (2 * np.pi) * (T - 20), abs=1e-3)
