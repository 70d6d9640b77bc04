"""How well a simulated series fits a measured one, against numbers worked out by hand."""

import numpy as np
import pytest

from sdlang.results.fit import fit


def test_a_worked_example_of_theils_statistics() -> None:
    # measured 1 2 3 4 (mean 2.5), simulated 2 2 4 4 (mean 3): errors 1 0 1 0.
    # mean square error (1 + 0 + 1 + 0) / 4 = 0.5; bias (3 - 2.5)^2 = 0.25, half of it.
    # variances: measured (2.25 + 0.25 + 0.25 + 2.25) / 4 = 1.25, simulated (1 + 1 + 1 + 1) / 4 = 1;
    # variation (1 - sqrt(1.25))^2 = 2.25 - sqrt(5), times 2: 4.5 - 2 sqrt(5) = 0.0278640...; the rest is covariation.
    found = fit(np.array([2.0, 2.0, 4.0, 4.0]), np.array([1.0, 2.0, 3.0, 4.0]))
    variation = 4.5 - 2 * 5**0.5
    assert found.points == 4
    assert found.rmse == pytest.approx(0.5**0.5, rel=1e-15)
    assert found.bias == pytest.approx(0.5, rel=1e-15)
    assert found.variation == pytest.approx(variation, rel=1e-12)
    assert found.covariation == pytest.approx(0.5 - variation, rel=1e-12)
    # mean of 1/1, 0, 1/3, 0: (4/3) / 4 = 1/3
    assert found.mape == pytest.approx(1 / 3, rel=1e-15)
    # 1 - sum of squared errors 2 over sum of squared deviations 5
    assert found.r2 == pytest.approx(0.6, rel=1e-15)


def test_a_shift_is_all_bias() -> None:
    found = fit(np.array([3.0, 4.0, 5.0]), np.array([1.0, 2.0, 3.0]))
    assert (found.bias, found.variation, found.covariation) == pytest.approx((1.0, 0.0, 0.0), abs=1e-12)
    assert found.rmse == 2.0


def test_a_wider_swing_around_the_same_mean_is_all_variation() -> None:
    # Simulated is the measured one, twice as far from its mean.
    found = fit(np.array([-2.0, 0.0, 2.0]), np.array([-1.0, 0.0, 1.0]))
    assert (found.bias, found.variation, found.covariation) == pytest.approx((0.0, 1.0, 0.0), abs=1e-12)


def test_the_right_values_at_the_wrong_times_are_all_covariation() -> None:
    found = fit(np.array([1.0, 2.0, 3.0]), np.array([3.0, 1.0, 2.0]))
    assert (found.bias, found.variation, found.covariation) == pytest.approx((0.0, 0.0, 1.0), abs=1e-12)


def test_the_shares_add_up_to_one() -> None:
    random = np.random.default_rng(7)
    for _ in range(20):
        found = fit(random.normal(3, 2, 25), random.normal(2, 1, 25))
        assert found.bias + found.variation + found.covariation == pytest.approx(1, rel=1e-12)


def test_a_perfect_fit_has_no_error_to_split() -> None:
    found = fit(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    assert (found.rmse, found.mape, found.r2) == (0.0, 0.0, 1.0)
    assert found.bias + found.variation + found.covariation == 1


def test_what_cannot_be_said_is_left_open() -> None:
    assert fit(np.array([1.0, 2.0]), np.array([0.0, 2.0])).mape is None  # a share of nothing
    assert fit(np.array([1.0, 2.0]), np.array([2.0, 2.0])).r2 is None  # data that do not vary


@pytest.mark.parametrize("lengths", [(2, 3), (1, 1), (0, 0)])
def test_two_series_of_one_length_are_needed(lengths: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="two series of one length"):
        fit(np.ones(lengths[0]), np.ones(lengths[1]))
