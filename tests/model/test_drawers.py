"""When draws are made: once a step of the grid, at times that are rounded."""

from fractions import Fraction

import pytest

from sdlang.compiler import check
from sdlang.engines.clockwork import Times
from sdlang.model.distributions import DISTRIBUTIONS
from sdlang.model.drawers import Drawer, Grid, Shown, draw_once
from sdlang.model.model import Clock
from sdlang.model.no_value import NoValue
from sdlang.model.random_numbers import ONCE, Chance, Numbers
from sdlang.source import Source
from sdlang.units.catalogue import BUILT_IN

PLAIN = Shown("1", 1.0, "year")


def clock(start: str, stop: str, step: str, draw_every: str | None = None) -> Clock:
    every = None if draw_every is None else Fraction(draw_every)
    return Clock(Fraction(start), Fraction(stop), Fraction(step), BUILT_IN["year"], draw_every=every)


@pytest.mark.parametrize(
    ("start", "stop", "step"),
    [
        ("2024", "2034", "1/12"),
        ("0", "300", "1/10"),
        ("2024.3", "2025.3", "7/36525"),
        ("2024", "2024.001", "1/31557600"),
    ],
)
@pytest.mark.parametrize("finer", [1, 2, 3])
def test_every_step_of_the_grid_is_found_at_rounded_times(start: str, stop: str, step: str, finer: int) -> None:
    times = Times(clock(start, stop, str(Fraction(step) / finer), step))
    grid = Grid(float(Fraction(start)), float(Fraction(step)))
    for count in range(0, min(times.steps, 20_000) + 1):
        assert grid.number(times.at(count)) == count // finer


def test_a_finer_step_leaves_the_draws_where_they_are() -> None:
    written = clock("0", "10", "1/2")
    assert written.draw_step == Fraction(1, 2)
    finer = written.with_step(Fraction(1, 8))
    assert (finer.step, finer.draw_step) == (Fraction(1, 8), Fraction(1, 2))
    assert finer.with_step(Fraction(1, 16)).draw_step == Fraction(1, 2)


def test_a_larger_step_draws_once_a_step() -> None:
    assert clock("0", "10", "1/2").with_step(Fraction(2)).draw_step == Fraction(2)
    assert clock("0", "10", "1/2").with_step(Fraction(1, 8)).with_step(Fraction(1, 4)).draw_step == Fraction(1, 2)


def test_a_draw_holds_until_the_grid_goes_on() -> None:
    drawer = Drawer(DISTRIBUTIONS["normal"], Numbers(Chance(1), "x"), Grid(0.0, 1.0), PLAIN)
    first = drawer.step(0.0, 0.25, (0.0, 1.0))
    assert drawer.step(0.25, 0.25, (100.0, 1.0)) == first
    assert drawer.step(0.75, 0.25, (100.0, -1.0)) == first  # what is not drawn is not wrong
    assert drawer.step(1.0, 0.25, (100.0, 1.0)) > 50


def test_what_is_drawn_once_is_drawn_at_a_step_of_its_own() -> None:
    numbers = Numbers(Chance(3, 8), "quit_rate", 2)
    numbers.at(ONCE)
    uniform = DISTRIBUTIONS["uniform"]
    assert draw_once(uniform, (0.0, 1.0), Chance(3, 8), "quit_rate", 2, PLAIN) == numbers.next()
    with pytest.raises(NoValue, match="the low end, 2, lies above the high end, 1"):
        draw_once(uniform, (2.0, 1.0), Chance(3, 8), "quit_rate", 2, PLAIN)


@pytest.mark.parametrize(
    ("said", "seed", "runs"),
    [
        ("", 1, 100),
        (", seed 42", 42, 100),
        (", runs 2", 1, 2),
        (", seed 0, runs 1_000", 0, 1000),
        (", seed 2e3", 2000, 100),
    ],
)
def test_the_seed_and_the_runs_of_a_model(said: str, seed: int, runs: int) -> None:
    clock_ = check(Source("a.sd", f"simulate 0 to 2 years, step 1 year{said}\nstock s = 1")).model.clock
    assert (clock_.seed, clock_.runs, clock_.draw_step) == (seed, runs, 1)
