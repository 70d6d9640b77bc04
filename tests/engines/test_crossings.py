"""Where within the steps of a solver a condition becomes true."""

from fractions import Fraction
from math import acos, log, pi

import numpy as np
import pytest

from sdlang.results.run import Run
from tests.engines.programs import run, system

ONE_STEP = pytest.mark.parametrize("method", ["rk45", "dop853", "radau"])


def happened(found: Run) -> list[tuple[str, float]]:
    return [(next(iter(firing.moved)), firing.time) for firing in found.firings]


@ONE_STEP
def test_of_two_in_one_step_the_earlier_one_comes_first(method: str) -> None:
    # 10 - 4 t reaches 1 at 2.25; 10 - 3 t would reach 1 at 3, and by 2.25 has 3.25: then 2 less are there, 1.25, and 1
    # is reached 0.25 / 3 later.
    text = """
stock slow = 10
stock fast = 10
flow f: slow -> cloud = 3 / year
flow g: fast -> cloud = 4 / year
when slow < 1 { move later: cloud -> slow = 100 }
when fast < 1 {
  move sooner: cloud -> fast = 100
  move taken: slow -> cloud = 2
}
"""
    found = run(system(text, Fraction(4), "0 to 4 years"), "scipy", method)
    (first, early), (second, late) = happened(found)
    assert (first, second) == ("sooner", "later")
    assert (early, late) == pytest.approx((2.25, 2.25 + 0.25 / 3), abs=1e-11)


@ONE_STEP
@pytest.mark.parametrize("apart", [1e-3, 1e-5, 1e-7])
def test_two_that_are_close_to_each_other_are_two(method: str, apart: float) -> None:
    text = f"""
stock a = 1
stock b = {1 + apart:.9f}
flow f: a -> cloud = 1 / year
flow g: b -> cloud = 1 / year
when b < 0.25 {{ move of_b: cloud -> b = 10 }}
when a < 0.25 {{ move of_a: cloud -> a = 10 }}
"""
    found = run(system(text, Fraction(1), "0 to 3 years"), "scipy", method)
    assert [name for name, _ in happened(found)] == ["of_a", "of_b"]
    assert [time for _, time in happened(found)] == pytest.approx([0.75, 0.75 + apart], abs=1e-11)


@ONE_STEP
def test_a_condition_that_ceases_and_comes_again_within_a_step_is_met_again(method: str) -> None:
    # Around a circle in 1/4 year: x = cos(8 pi t) falls below 0.9 once each round, at acos(0.9) / (8 pi) of it. A step
    # of the clock is longer than a round; the solver's own steps follow the circle.
    text = f"""
stock x = 1
stock y = 0
stock n = 0
flow fx: cloud -> x = -y * {8 * pi!r} / 1 year
flow fy: cloud -> y = x * {8 * pi!r} / 1 year
when x < 0.9 {{ move counted: cloud -> n = 1 }}
"""
    found = run(system(text, Fraction(1, 2), "0 to 2 years"), "scipy", method)
    expected = acos(0.9) / (8 * pi) + np.arange(8) / 4
    np.testing.assert_allclose([time for _, time in happened(found)], expected, rtol=0, atol=1e-6)


@ONE_STEP
def test_an_event_may_come_again_very_soon(method: str) -> None:
    # Each time 1/512 is put back, which lasts as many years: 512 times in a year, in a run of one step a year.
    text = """
stock x = 1
stock n = 0
flow f: x -> cloud = 1 / year
when x <= 0 {
  move back: cloud -> x = 1 / 512 - x
  move counted: cloud -> n = 1
}
"""
    found = run(system(text, Fraction(1), "0 to 2 years"), "scipy", method)
    # Whether one comes at the very end is a matter of rounding.
    assert found["n"][-1] in (512, 513)
    np.testing.assert_allclose(
        [time for _, time in happened(found)][:512], 1 + np.arange(512) / 512, rtol=0, atol=1e-10
    )


@ONE_STEP
def test_a_peak_that_only_comes_near_is_no_event(method: str) -> None:
    text = """
stock n = 0
aux wave = sin(6.283185307179586 * time / 1 year)
when wave > 1.000001 { move counted: cloud -> n = 1 }
"""
    assert run(system(text, Fraction(1, 2)), "scipy", method).firings == ()


@ONE_STEP
def test_a_condition_may_jump_within_a_step(method: str) -> None:
    # `kind` turns from 0 to 1 where x passes e^-1, at t = 1, with no value between: nothing but its truth tells when.
    text = """
stock x = 1
stock n = 0
flow f: x -> cloud = x / 1 year
aux kind = if x < exp(-1) then 1 else 0
when kind > 0.5 and x < 2 { move counted: cloud -> n = 1 }
"""
    found = run(system(text, Fraction(1, 2), "0 to 4 years"), "scipy", method)
    assert happened(found) == [("counted", pytest.approx(1, abs=1e-7))]


@ONE_STEP
def test_what_a_step_before_an_event_left_behind_is_kept(method: str) -> None:
    # Points between two events are those of the course between them: 2 e^-t from 2 down to 1 again and again.
    text = "stock x = 2\nflow f: x -> cloud = x / 1 year\nwhen x <= 1 { move twice: cloud -> x = 2 - x }"
    found = run(system(text, Fraction(1, 16), "0 to 5 years"), "scipy", method)
    np.testing.assert_allclose(found["x"], 2 * np.exp(-(found.time % log(2))), rtol=1e-6)
