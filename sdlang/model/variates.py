"""How evenly distributed numbers become normal, gamma, beta, Poisson and binomial ones.

Each function takes the numbers it needs from a source, and computes with `elementary.py` only, so that a draw has the
same bits everywhere. A normal number is the inverse of its distribution function at one even number; a gamma number is
tried until it is accepted. Large counts are brought down to small ones by gamma and beta numbers (J. H. Ahrens and
U. Dieter, Computing 12, 1974): the k-th arrival of a Poisson process comes at a gamma time, and before or after it
there is a smaller count of the same kind.
"""

from __future__ import annotations

from math import sqrt
from typing import Protocol

from sdlang.model.elementary import exp, log

# Counts below these are searched for one by one.
SMALL_MEAN = 10.0
SMALL_NUMBER = 20


class Source(Protocol):
    """What gives one number after another, strictly between 0 and 1."""

    def next(self) -> float: ...


# Normal --------------------------------------------------------------------------------------------------------------

# M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988),
# PPND16: coefficients of numerators and denominators, highest power first, near the middle, in the tails, and far out.
_MIDDLE = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
_TAIL = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258,
        3.64784832476320460504,
        5.76949722146069140550,
        4.63033784615654529590,
        1.42343711074968357734,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940,
        2.05319162663775882187,
        1.0,
    ),
)
_FAR = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580,
        5.46378491116411436990,
        6.65790464350110377720,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)


def _ratio(x: float, coefficients: tuple[tuple[float, ...], tuple[float, ...]]) -> float:
    above = below = 0.0
    for one, other in zip(*coefficients, strict=True):
        above, below = above * x + one, below * x + other
    return above / below


def normal_quantile(p: float) -> float:
    """The number below which a standard normal one lies with probability `p`, strictly between 0 and 1."""
    q = p - 0.5
    if -0.425 <= q <= 0.425:
        return q * _ratio(0.180625 - q * q, _MIDDLE)
    r = sqrt(-log(p if q < 0 else 1 - p))
    size = _ratio(r - 1.6, _TAIL) if r <= 5 else _ratio(r - 5, _FAR)
    return -size if q < 0 else size


def normal(source: Source) -> float:
    """A normal number of mean 0 and standard deviation 1."""
    return normal_quantile(source.next())


# Gamma and beta ------------------------------------------------------------------------------------------------------


def gamma(source: Source, shape: float) -> float:
    """A gamma number of a shape above 0 and scale 1."""
    if shape < 1:
        return exp(log_gamma_variate(source, shape))
    return _gamma_of_large_shape(source, shape)


def log_gamma_variate(source: Source, shape: float) -> float:
    """The logarithm of a gamma number, which may be smaller than any float: of shape 0.001 one in two is."""
    if shape >= 1:
        return log(_gamma_of_large_shape(source, shape))
    # A gamma number of a shape one larger, times an even number raised to 1 / shape.
    return log(_gamma_of_large_shape(source, shape + 1)) + log(source.next()) / shape


def _gamma_of_large_shape(source: Source, shape: float) -> float:
    """A gamma number of a shape of at least 1, by the method of G. Marsaglia and W. W. Tsang, "A simple method for
    generating gamma variables", ACM Trans. Math. Softw. 26 (2000)."""
    d = shape - 1 / 3
    c = 1 / sqrt(9 * d)
    while True:
        x = normal(source)
        even = source.next()
        v = 1 + c * x
        if v <= 0:
            continue
        v = v * v * v
        if log(even) < 0.5 * x * x + d - d * v + d * log(v):
            return d * v


def beta(source: Source, a: float, b: float) -> float:
    """A beta number: the share of one gamma number in the sum of two, of the shapes `a` and `b`."""
    if a >= 1 and b >= 1:
        one = _gamma_of_large_shape(source, a)
        return one / (one + _gamma_of_large_shape(source, b))
    log_one = log_gamma_variate(source, a)
    difference = log_gamma_variate(source, b) - log_one
    if difference > 0:
        inverse = exp(-difference)
        return inverse / (1 + inverse)
    return 1 / (1 + exp(difference))


# Counts --------------------------------------------------------------------------------------------------------------


def poisson(source: Source, mean: float) -> int:
    """How many arrivals there are where `mean` are expected."""
    count = 0
    while mean >= SMALL_MEAN:
        number = int(0.875 * mean)
        time = gamma(source, float(number))
        if time >= mean:
            # The arrival of this number comes too late; those before it lie evenly in its time.
            return count + binomial(source, number - 1, mean / time)
        count += number
        mean -= time
    return count + _poisson_by_search(source, mean)


def _poisson_by_search(source: Source, mean: float) -> int:
    probability = exp(-mean)
    rest, count = source.next(), 0
    while rest > probability and probability > 0:
        rest -= probability
        count += 1
        probability *= mean / count
    return count


def binomial(source: Source, number: int, share: float) -> int:
    """How many of a number of trials succeed, of which each does with probability `share`."""
    count = 0
    while number > SMALL_NUMBER:
        # The place of the middle one of so many even numbers: those on one side of `share` are told by it.
        below = number // 2 + 1
        above = number + 1 - below
        place = beta(source, float(below), float(above))
        if place > share:
            number, share = below - 1, share / place
        else:
            count += below
            number, share = above - 1, (share - place) / (1 - place) if place < 1 else 0.0
    return count + _binomial_by_search(source, number, share)


def _binomial_by_search(source: Source, number: int, share: float) -> int:
    if share > 0.5:
        return number - _binomial_by_search(source, number, 1 - share)
    odds = share / (1 - share)
    probability = 1.0
    for _ in range(number):
        probability *= 1 - share
    rest, count = source.next(), 0
    while rest > probability and count < number:
        rest -= probability
        count += 1
        probability *= odds * (number - count + 1) / count
    return count
