"""What is near data, and what stays what it was."""

import numpy as np
import pytest

from sdlang.results.fit import fit
from sdlang.results.shapes import Finding
from sdlang.results.shapes.measures import conserved, fits, measured_by
from tests.results.shapes.examples import Example, T, Told, assert_seen, at, course, having, missing, noise, of

# The worked example of tests/results/test_fit.py. Data 1 2 3 4, course 2 2 4 4: errors 1 0 1 0.
# mape (1 + 0 + 1/3 + 0) / 4 = 1/3; rmse sqrt(1/2) / 2.5 = 0.2828; r2 1 - 2/5 = 0.6;
# of the mean square error of 1/2 bias (3 - 2.5)^2 = 1/2, variation (sqrt(1.25) - 1)^2 * 2 = 0.0279, covariation 0.4721.
DATA = [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 4.0)]


def worked(measure: str, comparison: str, bound: float) -> Told:
    return *course(2, 2, 4, 4), DATA, measure, comparison, bound


FITS = {
    "mape 1/3 below 0.34": worked("mape", "<", 0.34),
    "mape 1/3, data at the times of points": worked("mape", "<=", 0.334),
    "rmse 0.2828 below 0.283": worked("rmse", "<", 0.283),
    "r2 0.6 above 0.599": worked("r2", ">", 0.599),
    "r2 of at least 0.6, but for rounding": worked("r2", ">=", 0.6 - 1e-12),
    "bias 1/2 below 0.501": worked("bias", "<", 0.501),
    "variation 0.0279 below 0.028": worked("variation", "<", 0.028),
    "covariation 0.4721 above 0.472": worked("covariation", ">", 0.472),
    "all the same": (*course(1, 2, 3, 4), DATA, "mape", "<=", 0.0),
    "data between points": (*at([0, 10], [0, 10]), [(2.5, 2.5), (7.0, 7.0)], "rmse", "<", 1e-9),
    "data outside the course do not count": (
        *at([0, 10], [0, 10]), [(-1, 99), (1, 1), (2, 2), (11, 99)], "mape", "<", 1e-9),
    "noise of 1e-12": (*of(lambda t: 5 + t + noise(1e-12)), [(1.0, 6.0), (9.0, 14.0)], "mape", "<", 1e-9),
}  # fmt: skip
NO_FITS = {
    "mape 1/3 above 0.33": worked("mape", "<", 0.33),
    "mape 1/3, too large by a thousandth": worked("mape", "<=", 0.333),
    "rmse 0.2828 above 0.282": worked("rmse", "<", 0.282),
    "r2 0.6 below 0.601": worked("r2", ">", 0.601),
    "bias 1/2 above 0.499": worked("bias", "<", 0.499),
    "variation 0.0279 above 0.027": worked("variation", "<", 0.027),
    "covariation 0.4721 below 0.473": worked("covariation", ">", 0.473),
    "all the same, less than 0 asked": (*course(1, 2, 3, 4), DATA, "mape", "<", 0.0),
    "no data in the course": (*at([0, 10], [0, 10]), [(11, 1), (12, 2)], "mape", "<", 9.0),
    "one point of data in the course": (*at([0, 10], [0, 10]), [(1, 1), (12, 2)], "mape", "<", 9.0),
    "mape of data with a 0": (*at([0, 10], [0, 10]), [(0, 0), (5, 5)], "mape", "<", 9.0),
    "mape of data next to 0": (*at([0, 10], [0, 10]), [(1, 1e-310), (5, 5)], "mape", "<", 9.0),
    "r2 of data that do not vary": (*at([0, 10], [5, 5]), [(0, 5), (5, 5)], "r2", ">", 0.0),
    "rmse of data with a mean of 0": (*at([0, 10], [5, 5]), [(0, -5), (5, 5)], "rmse", "<", 9.0),
}
CONSERVED = {
    "constant": (*course(7, 7, 7), 1e-9),
    "nothing": (*course(0, 0), 1e-9),
    "noise of 1e-12": (*of(lambda t: 5 + noise(1e-12)), 1e-9),
    "drifts by 1e-10": (*course(1, 1 + 1e-10), 1e-9),
    "large": (*course(1e12, 1e12), 1e-9),
    "below 0": (*course(-3, -3, -3), 1e-9),
    "one point": (*course(4), 1e-9),
    "a tenth, where a fifth is allowed": (*course(10, 11, 10), 0.2),
    "up and down within a tenth": (*course(100, 109, 91, 100), 0.1),
    "exactly what is allowed of the largest": (*course(10, 12.5, 10), 0.2),
}
NOT_CONSERVED = {
    "rising": (*course(1, 2, 3), 1e-9),
    "drifts by 1e-8": (*course(1, 1 + 1e-8), 1e-9),
    "away and back": (*course(5, 6, 5), 1e-9),
    "from nothing": (*course(0, 1e-12), 1e-9),
    "changes its sign": (*course(-3, 3), 1e-9),
    "one point out of many": (*of(lambda t: 1 + (t == 20.0)), 1e-9),
    "a fifth, where a tenth is allowed": (*course(10, 12, 10), 0.1),
    "just more than a tenth": (*course(100, 111.2, 100), 0.1),
    "falling slowly": (*of(lambda t: 100 - t / 1_000), 1e-9),
    "at the last point": (*course(2, 2, 2.001), 1e-9),
}
EXAMPLES = [
    *having("fits", FITS),
    *missing("fits", NO_FITS),
    *having("conserved", CONSERVED),
    *missing("conserved", NOT_CONSERVED),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_measure_is_taken(example: Example) -> None:
    assert_seen(example)


@pytest.mark.parametrize(
    ("found", "margin", "time"),
    [
        (fits(*worked("mape", "<", 0.5)), 0.5 - 1 / 3, 0),
        (fits(*worked("rmse", "<", 0.5)), 0.5 - 0.5**0.5 / 2.5, 0),
        (fits(*worked("r2", ">", 0.5)), 0.1, 0),
        (fits(*worked("bias", "<", 0.1)), -0.4, 0),
        (fits(*worked("variation", "<", 0.1)), 0.1 - (4.5 - 2 * 5**0.5), 0),
        (fits(*worked("covariation", ">", 0.1)), 0.4 - (4.5 - 2 * 5**0.5), 0),
        (conserved(*course(10, 11, 12), 0.5), 4.0, 2),  # half of 12, less 2
        (conserved(*course(10, 12, 11), 0.1), -0.8, 1),
    ],
)
def test_margins_are_those_of_hand_computation(found: Finding, margin: float, time: float) -> None:
    assert found.margin == pytest.approx(margin, rel=1e-12)
    assert found.time == time


def test_theils_covariation_is_that_of_the_correlation() -> None:
    """U^C = 2 (1 - r) s_x s_d / MSE, with the correlation that NumPy computes."""
    random = np.random.default_rng(5)
    x, d = random.normal(3, 2, 30), random.normal(2, 1, 30)
    wanted = 2 * (1 - np.corrcoef(x, d)[0, 1]) * x.std() * d.std() / np.mean((x - d) ** 2)
    assert measured_by("covariation", fit(x, d), 1.0) == pytest.approx(wanted, rel=1e-12)


def test_the_details_have_the_numbers() -> None:
    far = "over 4 points; farthest apart at 0: 2, measured 1"
    assert fits(*worked("mape", "<", 0.5)).detail == f"mape is 33.33 % {far}"
    assert fits(*worked("r2", ">", 0.5)).detail == f"r2 is 0.6 {far}"
    assert fits(T, T, [(41, 3)], "mape", "<", 1).detail == "the data have 0 points in this part of the run"
    assert conserved(*course(5, 5), 1e-9).detail == "largest drift 0"
    assert conserved(*course(5, 7), 1e-9).detail == "largest drift 2, at 1"


def test_a_measure_that_nobody_knows_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no measure of fit is called mae"):
        fits(*worked("mae", "<", 1))
