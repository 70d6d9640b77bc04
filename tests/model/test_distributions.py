"""Every distribution against SciPy: Kolmogorov and Smirnov's test where it is continuous, chi-square where it counts.

Draws are those of a fixed seed, so each test gives the same answer every time; at the level of 0.001, among 50 tests
one would fail by chance with a probability of 5 %, and none does with this seed.
"""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from sdlang.model import variates
from sdlang.model.distributions import DISTRIBUTIONS, Drawing
from sdlang.model.drawers import Shown, impossible
from sdlang.model.random_numbers import Chance, Numbers

PLAIN = Shown("1", 1.0, "year")
LEVEL = 1e-3
Array = np.ndarray


def draws(name: str, arguments: Sequence[float], count: int, length: float = 1.0) -> Array:
    """Draws of as many steps, of the seed 2024."""
    row = DISTRIBUTIONS[name]
    drawing = Drawing(Numbers(Chance(2024), name), length)
    found = []
    for step in range(count):
        drawing.numbers.at(step)
        found.append(float(row.value(drawing, *arguments)))
    return np.array(found)


# Name, arguments, and the same of SciPy.
CONTINUOUS = [
    ("normal", (3.0, 2.0), stats.norm(3, 2)),
    ("normal", (-1e6, 1e-3), stats.norm(-1e6, 1e-3)),
    ("lognormal", (10.0, 0.3), stats.lognorm(0.3, scale=10)),
    ("lognormal", (1e-6, 2.5), stats.lognorm(2.5, scale=1e-6)),
    ("uniform", (-2.0, 5.0), stats.uniform(-2, 7)),
    ("triangular", (1.0, 2.0, 5.0), stats.triang(0.25, 1, 4)),
    ("triangular", (0.0, 0.0, 1.0), stats.triang(0.0, 0, 1)),
    ("triangular", (0.0, 1.0, 1.0), stats.triang(1.0, 0, 1)),
    ("exponential", (4.0,), stats.expon(scale=4)),
    ("weibull", (0.5, 3.0), stats.weibull_min(0.5, scale=3)),
    ("weibull", (1.0, 3.0), stats.weibull_min(1.0, scale=3)),
    ("weibull", (3.5, 1e4), stats.weibull_min(3.5, scale=1e4)),
    ("gamma", (0.05, 1.0), stats.gamma(0.05)),
    ("gamma", (0.5, 2.0), stats.gamma(0.5, scale=2)),
    ("gamma", (0.999, 2.0), stats.gamma(0.999, scale=2)),
    ("gamma", (1.0, 2.0), stats.gamma(1.0, scale=2)),
    ("gamma", (1.7, 0.1), stats.gamma(1.7, scale=0.1)),
    ("gamma", (30.0, 5.0), stats.gamma(30, scale=5)),
    ("gamma", (1e8, 1e-8), stats.gamma(1e8, scale=1e-8)),
    ("beta", (0.3, 0.2), stats.beta(0.3, 0.2)),
    ("beta", (1.0, 1.0), stats.beta(1, 1)),
    ("beta", (0.5, 3.0), stats.beta(0.5, 3)),
    ("beta", (3.0, 0.5), stats.beta(3, 0.5)),
    ("beta", (2.0, 8.0), stats.beta(2, 8)),
    ("beta", (1e5, 3e4), stats.beta(1e5, 3e4)),
]
COUNTS = [
    ("poisson", (0.1,), stats.poisson(0.1)),
    ("poisson", (3.5,), stats.poisson(3.5)),
    ("poisson", (9.99,), stats.poisson(9.99)),
    ("poisson", (10.0,), stats.poisson(10)),
    ("poisson", (45.0,), stats.poisson(45)),
    ("poisson", (1234.5,), stats.poisson(1234.5)),
    ("poisson", (1e7,), stats.poisson(1e7)),
    ("binomial", (1.0, 0.3), stats.binom(1, 0.3)),
    ("binomial", (12.0, 0.5), stats.binom(12, 0.5)),
    ("binomial", (20.0, 0.95), stats.binom(20, 0.95)),
    ("binomial", (21.0, 0.1), stats.binom(21, 0.1)),
    ("binomial", (300.0, 0.4), stats.binom(300, 0.4)),
    ("binomial", (1e5, 2e-5), stats.binom(10**5, 2e-5)),
    ("binomial", (1e6, 1 - 3e-6), stats.binom(10**6, 1 - 3e-6)),
    ("binomial", (1e9, 0.3), stats.binom(10**9, 0.3)),
]


@pytest.mark.parametrize(("name", "arguments", "known"), CONTINUOUS)
def test_what_is_continuous(name: str, arguments: tuple[float, ...], known: stats.rv_continuous) -> None:
    assert stats.kstest(draws(name, arguments, 5_000), known.cdf).pvalue > LEVEL


@pytest.mark.parametrize(("name", "arguments", "known"), COUNTS)
def test_what_counts(name: str, arguments: tuple[float, ...], known: stats.rv_discrete) -> None:
    found = draws(name, arguments, 5_000)
    assert np.array_equal(found, np.round(found))
    # Classes of about equal probability, whose ends are numbers that can be drawn.
    ends = np.unique(known.ppf(np.linspace(0.02, 0.98, 25)))
    expected = np.diff(np.concatenate([[0.0], known.cdf(ends), [1.0]])) * len(found)
    observed = np.bincount(np.searchsorted(ends, found, side="left"), minlength=len(ends) + 1)
    enough = expected >= 5
    rest = [each[~enough].sum() for each in (observed, expected)]
    observed, expected = observed[enough], expected[enough]
    if rest[1] > 0:
        observed, expected = np.append(observed, rest[0]), np.append(expected, rest[1])
    if len(observed) > 1:
        assert stats.chisquare(observed, expected * observed.sum() / expected.sum()).pvalue > LEVEL


@pytest.mark.parametrize(("name", "arguments", "known"), CONTINUOUS)
def test_a_quantile_is_the_inverse_of_the_distribution_function(
    name: str, arguments: tuple[float, ...], known: stats.rv_continuous
) -> None:
    quantile = DISTRIBUTIONS[name].quantile
    if quantile is None:
        assert name in ("gamma", "beta")
        return
    for p in (2.0**-53, 1e-9, 0.01, 0.3, 0.5, 0.8, 0.999, 1 - 2.0**-30):
        assert quantile(p, *arguments) == pytest.approx(known.ppf(p), rel=1e-13)


@pytest.mark.parametrize(("name", "arguments", "known"), [*CONTINUOUS, *COUNTS])
def test_the_mean(name: str, arguments: tuple[float, ...], known: stats.rv_continuous) -> None:
    assert DISTRIBUTIONS[name].mean(*arguments) == pytest.approx(known.mean(), rel=1e-12)


def test_the_normal_quantile_to_the_last_places() -> None:
    # AS 241 is good to about 1 part in 10^16, and its evaluation rounds a few times.
    for p in (1e-300, 2.0**-53, 1e-12, 1e-7, 0.01, 0.0749, 0.0751, 0.3, 0.5, 0.69, 0.9249, 0.9251, 1 - 1e-9):
        assert variates.normal_quantile(p) == pytest.approx(float(stats.norm.ppf(p)), rel=2e-15)


def test_a_distribution_without_spread_is_its_value() -> None:
    for name, arguments, value in (
        ("normal", (3.0, 0.0), 3.0),
        ("lognormal", (3.0, 0.0), 3.0),
        ("uniform", (3.0, 3.0), 3.0),
        ("triangular", (3.0, 3.0, 3.0), 3.0),
        ("poisson", (0.0,), 0.0),
        ("binomial", (0.0, 0.5), 0.0),
        ("binomial", (7.0, 0.0), 0.0),
        ("binomial", (7.0, 1.0), 7.0),
        ("binomial", (700.0, 0.0), 0.0),
        ("binomial", (700.0, 1.0), 700.0),
        ("exponential", (0.0,), 0.0),
        ("gamma", (2.0, 0.0), 0.0),
        ("weibull", (2.0, 0.0), 0.0),
        ("white_noise", (0.0, 1.0), 0.0),
        ("pink_noise", (0.0, 1.0), 0.0),
    ):
        assert impossible(DISTRIBUTIONS[name], arguments, PLAIN) == ""
        assert set(draws(name, arguments, 20)) == {value}, name


def test_shapes_so_small_that_gamma_numbers_are_too_small_for_a_float() -> None:
    # Of the gamma distribution with shape 0.001, half lies below e^-693: beta numbers are then made of logarithms.
    found = draws("beta", (0.001, 0.001), 2_000)
    assert np.isfinite(found).all()
    assert abs((found > 0.5).mean() - 0.5) < 4 * 0.5 / 2_000**0.5
    assert (draws("gamma", (0.001, 1.0), 200) >= 0).all()


@pytest.mark.parametrize("length", [1.0, 0.01])
def test_white_noise_averaged_over_the_interval_has_the_deviation(length: float) -> None:
    # The average over 2 units of time of what has the deviation 3 over the interval of 2.
    interval, count = 2.0, 400
    steps = round(interval / length)
    found = draws("white_noise", (3.0, interval), count * steps, length).reshape(count, steps).mean(axis=1)
    # (n - 1) s^2 / sigma^2 is chi-square with n - 1 degrees of freedom.
    assert LEVEL < stats.chi2(count - 1).cdf((count - 1) * found.var(ddof=1) / 9) < 1 - LEVEL
    assert stats.kstest(found, stats.norm(0, 3).cdf).pvalue > LEVEL


def test_pink_noise_forgets_by_the_correlation_time() -> None:
    # An Ornstein-Uhlenbeck process: normal(0, sd), correlation exp(-lag / correlation time) at any lag.
    sd, time, length, count = 2.0, 3.0, 0.5, 20_000
    found = draws("pink_noise", (sd, time), count, length)
    lasting = 2 * time / length  # steps in which the process renews itself
    assert found.std() == pytest.approx(sd, rel=4 * (lasting / count / 2) ** 0.5)
    for lag in (1, 2, 6, 12):
        correlation = (found[:-lag] * found[lag:]).mean() / sd**2
        assert correlation == pytest.approx(np.exp(-lag * length / time), abs=4 * (lasting / count) ** 0.5)
    # What is new at each step is independent and normal, with the variance that keeps that of the whole.
    decay = np.exp(-length / time)
    new = (found[1:] - decay * found[:-1]) / (sd * (1 - decay**2) ** 0.5)
    assert stats.kstest(new, stats.norm.cdf).pvalue > LEVEL


def test_pink_noise_begins_as_it_goes_on() -> None:
    first = []
    for run in range(2_000):
        drawing = Drawing(Numbers(Chance(1, run), "x"), 0.25)
        first.append(DISTRIBUTIONS["pink_noise"].value(drawing, 2.0, 5.0))
    assert stats.kstest(first, stats.norm(0, 2).cdf).pvalue > LEVEL


def test_one_number_after_another_is_independent() -> None:
    found = draws("normal", (0.0, 1.0), 5_000)
    for lag in (1, 2, 3):
        assert abs(np.corrcoef(found[:-lag], found[lag:])[0, 1]) < 4 / 5_000**0.5


# What cannot be drawn ------------------------------------------------------------------------------------------------

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "arguments", "cause"),
    [
        ("normal", (5, -1), "the standard deviation is -1, below 0"),
        ("lognormal", (0, 1), "the median is 0; it must lie above 0"),
        ("lognormal", (1, -0.5), "the standard deviation of the logarithm is -0.5, below 0"),
        ("uniform", (3, 2), "the low end, 3, lies above the high end, 2"),
        ("triangular", (3, 2.5, 2), "the low end, 3, lies above the high end, 2"),
        ("triangular", (1, 0.5, 2), "the mode, 0.5, does not lie within 1 .. 2"),
        ("triangular", (1, 2.5, 2), "the mode, 2.5, does not lie within 1 .. 2"),
        ("poisson", (-1,), "the mean is -1, below 0"),
        ("poisson", (1e17,), "the mean is 1e+17; whole numbers that large cannot be told apart"),
        ("binomial", (-2, 0.5), "the number of trials is -2, below 0"),
        ("binomial", (2.5, 0.5), "the number of trials is 2.5, which is not whole; `round(...)` makes it so"),
        ("binomial", (1e17, 0.5), "the number of trials is 1e+17; whole numbers that large cannot be told apart"),
        ("binomial", (2, 1.5), "the probability is 1.5, not within 0 .. 1"),
        ("binomial", (2, -0.1), "the probability is -0.1, not within 0 .. 1"),
        ("exponential", (-1,), "the mean is -1, below 0"),
        ("gamma", (0, 1), "the shape is 0; it must lie above 0"),
        ("gamma", (1, -1), "the scale is -1, below 0"),
        ("beta", (0, 1), "a is 0; it must lie above 0"),
        ("beta", (1, -1), "b is -1; it must lie above 0"),
        ("weibull", (-1, 1), "the shape is -1; it must lie above 0"),
        ("weibull", (1, -1), "the scale is -1, below 0"),
        ("white_noise", (-1, 1), "the standard deviation is -1, below 0"),
        ("white_noise", (1, 0), "the interval is 0 year; it must lie above 0"),
        ("pink_noise", (-1, 1), "the standard deviation is -1, below 0"),
        ("pink_noise", (1, -2), "the correlation time is -2 year; it must lie above 0"),
        ("normal", (float("inf"), 1), "`mean` is no finite number"),
        ("beta", (1, NAN), "`b` is no finite number"),
    ],
)
def test_arguments_that_cannot_be(name: str, arguments: tuple[float, ...], cause: str) -> None:
    assert impossible(DISTRIBUTIONS[name], arguments, PLAIN) == cause


def test_a_number_of_trials_may_be_whole_but_for_rounding() -> None:
    assert impossible(DISTRIBUTIONS["binomial"], (99.99999999999999, 0.5), PLAIN) == ""
    assert draws("binomial", (99.99999999999999, 1.0), 3).tolist() == [100, 100, 100]


def test_what_is_not_known_is_not_wrong() -> None:
    for row in DISTRIBUTIONS.values():
        assert impossible(row, [None] * len(row.parameters), PLAIN) == ""
    assert impossible(DISTRIBUTIONS["normal"], (None, -1), PLAIN) == "the standard deviation is -1, below 0"


def test_a_cause_is_told_in_the_unit_of_the_variable() -> None:
    shown = Shown("people/month", 12.0, "years")
    assert impossible(DISTRIBUTIONS["normal"], (5, -24), shown) == "the standard deviation is -2 people/month, below 0"
    cause = impossible(DISTRIBUTIONS["white_noise"], (5, -24), shown)
    assert cause == "the interval is -24 years; it must lie above 0"
