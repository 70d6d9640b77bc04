"""Logarithm and exponential, against mpmath at 200 bits: within 2 units in the last place everywhere."""

import random
from collections.abc import Callable
from math import inf, ulp

import mpmath
import pytest

from sdlang.model.elementary import LARGEST, exp, log, log_of_rest, power

EDGES_OF_LOG = [2.0**-53, 1 - 2.0**-53, 1.0, 5e-324, 2.2e-308, 1.7e308, 0.5**0.5, 0.75, 1.5]
EDGES_OF_EXP = [0.0, -0.0, 1e-20, -1e-20, 0.34657359, -0.34657359, LARGEST, -708.4, -730.5, -744.4]


def worst(found: Callable[[float], float], true: Callable[[object], object], values: list[float]) -> float:
    """The largest error in units in the last place."""
    result = 0.0
    with mpmath.workprec(200):
        for x in values:
            expected = true(mpmath.mpf(x))
            result = max(result, float(abs(mpmath.mpf(found(x)) - expected)) / ulp(float(expected)))
    return result


def test_the_logarithm() -> None:
    some = random.Random(1)
    values = [some.random() for _ in range(3000)] + [some.uniform(0.9, 1.1) for _ in range(3000)]
    values += [10 ** some.uniform(-307, 307) for _ in range(2000)]
    assert worst(log, mpmath.log, [*values, *EDGES_OF_LOG]) < 1
    assert log(1.0) == 0.0


def test_the_logarithm_of_the_rest() -> None:
    some = random.Random(3)
    values = [some.random() for _ in range(2000)] + [10 ** some.uniform(-300, 0) for _ in range(2000)]
    assert worst(log_of_rest, lambda p: mpmath.log1p(-p), values) < 1


def test_the_exponential() -> None:
    some = random.Random(2)
    values = [some.uniform(-1, 1) for _ in range(3000)] + [some.uniform(-745, 709.7) for _ in range(3000)]
    assert worst(exp, mpmath.exp, [*values, *EDGES_OF_EXP]) < 2
    assert exp(0.0) == 1.0
    assert exp(-800.0) == 0.0


def test_a_power() -> None:
    # The error of the exponent, half a unit of up to 64, is one of up to 64 units of the result.
    for base, exponent in ((2.0, 0.5), (0.3, 4.7), (1e-300, 0.1), (7.0, -3.25)):
        assert power(base, exponent) == pytest.approx(base**exponent, rel=1e-14)
    assert (power(0.0, 2.0), power(0.0, 0.0), power(0.0, -1.0)) == (0.0, 1.0, inf)


def test_what_has_no_value_or_too_large_a_one() -> None:
    for below in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="logarithm"):
            log(below)
    with pytest.raises(OverflowError):
        exp(709.8)
    with pytest.raises(OverflowError):
        power(10.0, 400.0)


def test_the_same_bits_everywhere() -> None:
    # The true values, rounded to the nearest float.
    assert log(0.1).hex() == "-0x1.26bb1bbb55515p+1"  # ln 0.1 = -2.302585092994045684...
    assert exp(-1.0).hex() == "0x1.78b56362cef38p-2"  # e^-1 = 0.3678794411714423215955...
