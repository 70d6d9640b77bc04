"""The one table of distributions and noises: their arguments, what they draw, and which arguments cannot be.

A row draws from a `Drawing`: numbers evenly distributed between 0 and 1, as many as it takes, and what the draw before
it left. Where the distribution function can be turned round, a draw is its inverse at one such number. Who draws, and
when, is in `drawers.py`; `docs/reference/chance.md` has the definitions, and the other names under which they go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

from sdlang.model import variates
from sdlang.model.elementary import exp, log_of_rest, power
from sdlang.model.random_numbers import Numbers
from sdlang.model.vectors import Measure, Parameter

# Whole numbers from here on are no longer told apart.
MOST_COUNTED = 2.0**53


@dataclass(slots=True)
class Drawing:
    """What a row draws from. `length` is the step of the grid; `kept` is what the draw before it kept, if any did."""

    numbers: Numbers
    length: float
    kept: float | None = None

    def next(self) -> float:
        return self.numbers.next()


@dataclass(frozen=True, slots=True)
class Distribution:
    """One row.

    `value` makes a draw of the arguments in own units; `wrong` says what is wrong with them, with their names in
    braces, or nothing. `mean` is the expected value; `quantile` turns a probability and the arguments into the value
    that a draw stays below with it, where there is a formula. A row that `counts` gives whole numbers, which have no
    time in their unit; a noise says what happens from step to step, and is no distribution for a parameter."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Measure
    value: Callable[..., float]
    wrong: Callable[..., str]
    mean: Callable[..., float]
    meaning: str
    quantile: Callable[..., float] | None = None
    counts: bool = False
    is_noise: bool = False


# What is wrong with arguments ----------------------------------------------------------------------------------------


def _first_of(*complaints: tuple[bool, str]) -> str:
    return next((words for holds, words in complaints if holds), "")


def _wrong_spread(_: float, sd: float) -> str:
    return _first_of((sd < 0, "the standard deviation is {sd}, below 0"))


def _wrong_lognormal(median: float, sigma: float) -> str:
    return _first_of(
        (median <= 0, "the median is {median}; it must lie above 0"),
        (sigma < 0, "the standard deviation of the logarithm is {sigma}, below 0"),
    )


def _wrong_uniform(low: float, high: float) -> str:
    return _first_of((low > high, "the low end, {low}, lies above the high end, {high}"))


def _wrong_triangular(low: float, mode: float, high: float) -> str:
    return _wrong_uniform(low, high) or _first_of(
        (mode < low or mode > high, "the mode, {mode}, does not lie within {low} .. {high}")
    )


def _wrong_poisson(mean: float) -> str:
    return _first_of(
        (mean < 0, "the mean is {mean}, below 0"),
        (mean > MOST_COUNTED, "the mean is {mean}; whole numbers that large cannot be told apart"),
    )


def _wrong_binomial(n: float, p: float) -> str:
    # A stock that changes by whole numbers is whole but for rounding.
    is_whole = n != n or abs(n - round(n)) <= max(1e-6, 1e-12 * abs(n))
    return _first_of(
        (n < 0, "the number of trials is {n}, below 0"),
        (not is_whole, "the number of trials is {n}, which is not whole; `round(...)` makes it so"),
        (n > MOST_COUNTED, "the number of trials is {n}; whole numbers that large cannot be told apart"),
        (p < 0 or p > 1, "the probability is {p}, not within 0 .. 1"),
    )


def _wrong_exponential(mean: float) -> str:
    return _first_of((mean < 0, "the mean is {mean}, below 0"))


def _wrong_shape(shape: float, scale: float) -> str:
    return _first_of(
        (shape <= 0, "the shape is {shape}; it must lie above 0"),
        (scale < 0, "the scale is {scale}, below 0"),
    )


def _wrong_beta(a: float, b: float) -> str:
    return _first_of((a <= 0, "a is {a}; it must lie above 0"), (b <= 0, "b is {b}; it must lie above 0"))


def _wrong_white_noise(sd: float, interval: float) -> str:
    return _wrong_spread(0, sd) or _first_of((interval <= 0, "the interval is {interval}; it must lie above 0"))


def _wrong_pink_noise(sd: float, correlation_time: float) -> str:
    return _wrong_spread(0, sd) or _first_of(
        (correlation_time <= 0, "the correlation time is {correlation_time}; it must lie above 0")
    )


# What is drawn -------------------------------------------------------------------------------------------------------


def _normal(p: float, mean: float, sd: float) -> float:
    return mean + sd * variates.normal_quantile(p)


def _lognormal(p: float, median: float, sigma: float) -> float:
    return median * exp(sigma * variates.normal_quantile(p))


def _uniform(p: float, low: float, high: float) -> float:
    return low + (high - low) * p


def _triangular(p: float, low: float, mode: float, high: float) -> float:
    width = high - low
    if p * width < mode - low:
        return low + sqrt(p * width * (mode - low))
    return high - sqrt((1 - p) * width * (high - mode))


def _exponential(p: float, mean: float) -> float:
    return -mean * log_of_rest(p)


def _weibull(p: float, shape: float, scale: float) -> float:
    return scale * power(-log_of_rest(p), 1 / shape)


def _poisson(drawing: Drawing, mean: float) -> float:
    return variates.poisson(drawing, mean)


def _binomial(drawing: Drawing, n: float, p: float) -> float:
    return variates.binomial(drawing, round(n), p)


def _gamma(drawing: Drawing, shape: float, scale: float) -> float:
    return scale * variates.gamma(drawing, shape)


def _white_noise(drawing: Drawing, sd: float, interval: float) -> float:
    """The average over a step of a noise whose average over `interval` has the standard deviation `sd`."""
    return sd * sqrt(interval / drawing.length) * variates.normal(drawing)


def _pink_noise(drawing: Drawing, sd: float, correlation_time: float) -> float:
    """An Ornstein-Uhlenbeck process at the beginnings of steps, exactly; it begins in its stationary distribution."""
    fresh = variates.normal(drawing)
    if drawing.kept is not None:
        decay = exp(-drawing.length / correlation_time)
        fresh = decay * drawing.kept + sqrt(1 - decay * decay) * fresh
    drawing.kept = fresh
    return sd * fresh


def _by(quantile: Callable[..., float]) -> Callable[..., float]:
    """A draw by the inverse of the distribution function."""
    return lambda drawing, *arguments: quantile(drawing.next(), *arguments)


# The table -----------------------------------------------------------------------------------------------------------

_SD = Parameter("sd")
_MEAN = Parameter("mean")
_SHAPE = Parameter("shape", Measure.PLAIN)
_SCALE = Parameter("scale")
_ENDS = (Parameter("low"), Parameter("high"))

DISTRIBUTIONS: Mapping[str, Distribution] = MappingProxyType(
    {
        row.name: row
        for row in (
            Distribution(
                "normal",
                (_MEAN, _SD),
                Measure.FIRST,
                _by(_normal),
                _wrong_spread,
                lambda mean, sd: mean,
                "the bell curve of a mean and a standard deviation",
                _normal,
            ),
            Distribution(
                "lognormal",
                (Parameter("median"), Parameter("sigma", Measure.PLAIN)),
                Measure.FIRST,
                _by(_lognormal),
                _wrong_lognormal,
                lambda median, sigma: median * math.exp(sigma * sigma / 2),
                "what has a normal logarithm, of the standard deviation sigma; half of it lies below the median",
                _lognormal,
            ),
            Distribution(
                "uniform",
                _ENDS,
                Measure.FIRST,
                _by(_uniform),
                _wrong_uniform,
                lambda low, high: low + (high - low) / 2,
                "anything between two ends, evenly",
                _uniform,
            ),
            Distribution(
                "triangular",
                (_ENDS[0], Parameter("mode"), _ENDS[1]),
                Measure.FIRST,
                _by(_triangular),
                _wrong_triangular,
                lambda low, mode, high: (low + mode + high) / 3,
                "between two ends, the likelier the nearer to the mode",
                _triangular,
            ),
            Distribution(
                "poisson",
                (_MEAN,),
                Measure.FIRST,
                _poisson,
                _wrong_poisson,
                lambda mean: mean,
                "how many come of those who come independently of one another",
                counts=True,
            ),
            Distribution(
                "binomial",
                (Parameter("n"), Parameter("p", Measure.PLAIN)),
                Measure.FIRST,
                _binomial,
                _wrong_binomial,
                lambda n, p: n * p,
                "how many of n succeed, each with the probability p",
                counts=True,
            ),
            Distribution(
                "exponential",
                (_MEAN,),
                Measure.FIRST,
                _by(_exponential),
                _wrong_exponential,
                lambda mean: mean,
                "the waiting time for what may happen at any time alike",
                _exponential,
            ),
            Distribution(
                "gamma",
                (_SHAPE, _SCALE),
                Measure.FIRST,
                _gamma,
                _wrong_shape,
                lambda shape, scale: shape * scale,
                "what is above 0 and skewed to the right, of the mean shape * scale",
            ),
            Distribution(
                "beta",
                (Parameter("a", Measure.PLAIN), Parameter("b", Measure.PLAIN)),
                Measure.PLAIN,
                variates.beta,
                _wrong_beta,
                lambda a, b: a / (a + b),
                "a share between 0 and 1, of the mean a / (a + b)",
            ),
            Distribution(
                "weibull",
                (_SHAPE, _SCALE),
                Measure.FIRST,
                _by(_weibull),
                _wrong_shape,
                lambda shape, scale: scale * math.gamma(1 + 1 / shape),
                "the time until something fails, ever more likely with age where the shape is above 1",
                _weibull,
            ),
            Distribution(
                "white_noise",
                (_SD, Parameter("interval", Measure.TIME)),
                Measure.FIRST,
                _white_noise,
                _wrong_white_noise,
                lambda sd, interval: 0.0,
                "noise without a memory, whose average over the interval has the standard deviation sd",
                is_noise=True,
            ),
            Distribution(
                "pink_noise",
                (_SD, Parameter("correlation_time", Measure.TIME)),
                Measure.FIRST,
                _pink_noise,
                _wrong_pink_noise,
                lambda sd, correlation_time: 0.0,
                "noise of the standard deviation sd, which forgets what it was within the correlation time",
                is_noise=True,
            ),
        )
    }
)
