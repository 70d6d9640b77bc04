"""Logarithm and exponential whose bits are the same on every machine.

The functions of the C library differ in their last bit from one platform to the next, and a draw that is accepted here
may be rejected there. These are made of additions, multiplications, divisions and exact scaling alone, which IEEE 754
rounds in one way; they are at most 1 or 2 units in the last place from the true value. W. J. Cody and W. Waite,
"Software manual for the elementary functions" (1980), has the reductions.
"""

from __future__ import annotations

from math import frexp, inf, ldexp, sqrt

# ln 2 in two parts: the first has 32 bits, so that a whole multiple of it below 2^21 is exact.
LN2_HIGH = 0.693147180369123816490
LN2_LOW = 1.90821492927058770002e-10
INVERSE_LN2 = 1.44269504088896338700
SQRT_HALF = sqrt(0.5)
# The largest number with a finite exponential, and one whose exponential is 0.
LARGEST, SMALLEST = 709.782712893383973096, -746.0

# ln((1 + s) / (1 - s)) = 2 s (1 + s^2/3 + s^4/5 + ...): with s^2 < 0.0295 the terms from s^22/23 on are below 2^-113.
_ATANH = tuple(2.0 / n for n in range(21, 1, -2))
# exp(r) = 1 + r + r^2/2 + ...: with r < 0.35 the terms from r^15/15! on are below 2^-62.
_FACTORIALS = (1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800, 479001600, 6227020800, 87178291200)
_EXPONENTIAL = tuple(1.0 / each for each in reversed(_FACTORIALS[1:]))


def log(x: float) -> float:
    """The natural logarithm of a number above 0."""
    if not x > 0:
        raise ValueError(f"the logarithm of {x!r}")
    mantissa, exponent = frexp(x)
    if mantissa < SQRT_HALF:
        mantissa, exponent = 2 * mantissa, exponent - 1
    return _log_around_1(mantissa - 1, exponent)


def log_of_rest(p: float) -> float:
    """The logarithm of 1 - p, for p below 1; exact to the last places where p is so small that 1 - p is rounded."""
    return _log_around_1(-p, 0) if abs(p) < 0.25 else log(1 - p)


def _log_around_1(f: float, exponent: int) -> float:
    """The logarithm of (1 + f) 2^exponent."""
    s = f / (2 + f)
    square = s * s
    series = 0.0
    for coefficient in _ATANH:
        series = series * square + coefficient
    series *= square
    # ln(1 + f) = 2 s + s series, and 2 s = f - f^2/2 + s f^2/2: the large part of it, f, is exact.
    half = 0.5 * f * f
    return exponent * LN2_HIGH - ((half - (s * (half + series) + exponent * LN2_LOW)) - f)


def exp(x: float) -> float:
    """e raised to a number. Raises OverflowError where the result is larger than any float."""
    if x > LARGEST:
        raise OverflowError(f"the exponential of {x!r}")
    if x < SMALLEST:
        return 0.0
    power = int(x * INVERSE_LN2 + (0.5 if x > 0 else -0.5))
    high, low = x - power * LN2_HIGH, power * LN2_LOW
    r = high - low
    series = 0.0
    for coefficient in _EXPONENTIAL:
        series = series * r + coefficient
    # What was lost in `r` comes back as a first-order term.
    result = 1 + (r + (r * r * series + ((high - r) - low)))
    if power < -1021:
        # A number too small for all its bits is rounded once, by a multiplication.
        return result * ldexp(1.0, power + 64) * ldexp(1.0, -64)
    return result * ldexp(1.0, power - 1) * 2


def power(base: float, exponent: float) -> float:
    """A number that is not below 0, raised to a power. Raises OverflowError where the result is too large."""
    if base == 0:
        return 1.0 if exponent == 0 else 0.0 if exponent > 0 else inf
    return exp(exponent * log(base))
