"""Reading a table between its points and outside them."""

import math

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from sdlang.equations.lookups import OutsideTable, monotone_slopes, reader
from sdlang.equations.system import LookupTable
from sdlang.source import Source, Span

NOWHERE = Span(Source("a.sd", ""), 0, 0)


def table(points: list[tuple[float, float]], method: str = "linear", outside: str = "hold") -> LookupTable:
    xs, ys = (tuple(axis) for axis in zip(*points, strict=True))
    return LookupTable("t", xs, ys, method, outside, False, NOWHERE)


RISE = [(0.0, 0.0), (2.0, 4.0), (4.0, 5.0)]


@pytest.mark.parametrize("method", ["linear", "step", "spline"])
def test_a_table_gives_its_points_exactly(method: str) -> None:
    read = reader(table([(0.1, 0.3), (0.7, 0.1), (1.9, 2.3)], method))
    assert [read(x) for x in (0.1, 0.7, 1.9)] == [0.3, 0.1, 2.3]


@pytest.mark.parametrize(
    ("method", "x", "y"),
    [
        ("linear", 1.0, 2.0),  # halfway from 0 to 4
        ("linear", 3.0, 4.5),  # halfway from 4 to 5
        ("linear", 0.5, 1.0),
        ("step", 1.999, 0.0),  # the value of the point before
        ("step", 3.0, 4.0),
    ],
)
def test_between_points_the_method_decides(method: str, x: float, y: float) -> None:
    assert reader(table(RISE, method))(x) == y


@pytest.mark.parametrize(
    ("method", "outside", "x", "y"),
    [
        ("linear", "hold", -5.0, 0.0),
        ("linear", "hold", 9.0, 5.0),
        ("linear", "extrapolate", -1.0, -2.0),  # the first slope is (4 - 0) / 2 = 2
        ("linear", "extrapolate", 6.0, 6.0),  # the last is (5 - 4) / 2 = 0.5: 5 + 0.5 * 2
        ("step", "extrapolate", -1.0, 0.0),
        ("step", "extrapolate", 9.0, 5.0),
    ],
)
def test_outside_the_points_a_table_holds_or_goes_on(method: str, outside: str, x: float, y: float) -> None:
    assert reader(table(RISE, method, outside))(x) == y


def test_a_table_that_must_not_be_read_outside_says_where_it_was_read() -> None:
    read = reader(table(RISE, outside="error"))
    assert read(4.0) == 5.0
    with pytest.raises(OutsideTable, match=r"`t` has points from 0 to 4 and is read at 4.5"):
        read(4.5)


def test_what_is_no_number_stays_no_number() -> None:
    assert math.isnan(reader(table(RISE))(math.nan))


def test_infinity_is_outside() -> None:
    read = reader(table(RISE))
    assert (read(-math.inf), read(math.inf)) == (0.0, 5.0)


CURVES = [
    [(0.0, 0.0), (1.0, 1.0), (2.0, 4.0), (3.0, 9.0)],
    [(0.0, 0.0), (1.0, 0.1), (1.5, 3.0), (4.0, 3.1)],
    [(0.0, 0.0), (1.0, 5.0), (2.0, 5.0), (3.0, 1.0), (5.0, 2.0)],
    [(-2.0, 1.0), (0.0, -3.0), (7.0, -3.5)],
    [(0.0, 1.0), (3.0, 7.0)],
]


@pytest.mark.parametrize("points", CURVES)
def test_a_spline_is_that_of_scipy(points: list[tuple[float, float]]) -> None:
    xs, ys = zip(*points, strict=True)
    read, expected = reader(table(points, "spline")), PchipInterpolator(xs, ys)
    for x in np.linspace(xs[0], xs[-1], 101):
        assert read(float(x)) == pytest.approx(float(expected(x)), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("points", CURVES)
def test_a_spline_never_overshoots_its_points(points: list[tuple[float, float]]) -> None:
    read = reader(table(points, "spline"))
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        for x in np.linspace(x0, x1, 51):
            assert min(y0, y1) - 1e-12 <= read(float(x)) <= max(y0, y1) + 1e-12


def test_a_spline_through_a_straight_line_is_that_line() -> None:
    read = reader(table([(0.0, 1.0), (1.0, 3.0), (4.0, 9.0)], "spline", "extrapolate"))
    # y = 1 + 2 x, inside and outside
    assert [read(x) for x in (-1.0, 0.5, 2.5, 6.0)] == pytest.approx([-1.0, 2.0, 6.0, 13.0], rel=1e-14)


def test_slopes_are_flat_where_the_direction_turns() -> None:
    assert monotone_slopes((0.0, 1.0, 2.0), (0.0, 1.0, 0.0))[1] == 0.0
    assert monotone_slopes((0.0, 1.0, 2.0), (0.0, 1.0, 1.0))[1] == 0.0


def test_an_inner_slope_is_the_weighted_harmonic_mean_of_its_neighbours() -> None:
    # Equal widths: the plain harmonic mean of 1 and 3 is 2 / (1/1 + 1/3) = 1.5.
    assert monotone_slopes((0.0, 1.0, 2.0), (0.0, 1.0, 4.0))[1] == pytest.approx(1.5, rel=1e-15)
