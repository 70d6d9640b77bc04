"""Linearisation, equilibria and simpler forms against what can be worked out by hand."""

from math import pi
from pathlib import Path

import numpy as np
import pytest

import sdlang
from sdlang.compiler import build
from sdlang.equations.analysis import NoAnalysis, hints

CLASSICS = Path(__file__).parent.parent.parent / "models" / "classics"
HEAD = "simulate 0 to 10 years, step 1/8 year\n"


def test_logistic_growth_rests_at_nothing_and_at_its_limit() -> None:
    """x' = r x (1 - x/K): the slope of x' is r at 0 and -r at K."""
    nothing, limit = sdlang.load(CLASSICS / "logistic.sd").equilibria()
    assert (nothing.states, limit.states) == ({"population": 0.0}, {"population": 1000.0})
    assert nothing.near.matrix[0, 0] == pytest.approx(0.5)
    assert limit.near.matrix[0, 0] == pytest.approx(-0.5)
    assert (nothing.near.is_stable, limit.near.is_stable) == (False, True)


def test_predators_and_prey_circle_around_their_equilibrium() -> None:
    """At (d/g, b/h) = (10, 10) the eigenvalues are +-i sqrt(b d) = +-i: a cycle of 2 pi years."""
    (point,) = sdlang.load(CLASSICS / "predator_prey.sd").equilibria()
    assert point.states == {"rabbits_alive": 10.0, "foxes_alive": 10.0}
    assert sorted(point.near.eigenvalues.imag) == pytest.approx([-1, 1])
    assert point.near.eigenvalues.real == pytest.approx([0, 0], abs=1e-12)
    assert 2 * pi / abs(point.near.eigenvalues[0].imag) == pytest.approx(2 * pi)
    assert not point.near.is_stable


def test_a_closed_total_keeps_its_initial_value() -> None:
    """Employed and unemployed, 100 in all: s E = f U, so U = 100 s / (s + f) = 3.4 / 0.484 (per month, Shimer)."""
    model = sdlang.compile(
        "simulate 0 to 10 years, step 1/64 year\nstock e = 90 people\nstock u = 10 people\n"
        "flow lost: e -> u = e * 3.4% / month\nflow found: u -> e = u * 45% / month\n"
    )
    (point,) = model.equilibria()
    assert point.states["u"] == pytest.approx(100 * 0.034 / 0.484)
    assert point.near.is_stable
    # d(E - E*)/dt = -(s + f)(E - E*), and the total does not move
    assert sorted(point.near.eigenvalues.real) == pytest.approx([-12 * 0.484, 0])


def test_a_model_is_linear_near_its_state_at_a_time() -> None:
    """Bass at F = 0.8128: d adoption / d potential = p + q F, d adoption / d adopters = q (1 - F)."""
    near = sdlang.load(CLASSICS / "bass.sd").linearise(10)
    share = 0.8128032212
    first, second = 0.03 + 0.38 * share, 0.38 * (1 - share)
    assert near.states == ("potential", "adopters")
    np.testing.assert_allclose(near.matrix, [[-first, -second], [first, second]], rtol=1e-6)


def test_tables_are_straight_lines_near_a_point() -> None:
    """t(x) has slope 2 between (0, 0) and (5, 10): s' = -t(s) / 4 years, so the slope is -1/2."""
    model = sdlang.compile(
        HEAD + "table t(x) = (0, 0) (5, 10) (9, 10)\nstock s = 3\nflow f: s -> cloud = t(s) / 4 years\n"
    )
    assert model.linearise().matrix[0, 0] == pytest.approx(-0.5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("".join(f"stock s{n} = 1\nflow f{n}: s{n} -> cloud = s{n} / 1 year\n" for n in range(5)), "1 to 4 stocks"),
        ("aux a = 3\nplot a\n", "1 to 4 stocks"),
        ("stock s = 1\nflow f: s -> cloud = step(1 / year, 3)\n", "changes with the time"),
        ("table t(x) = (0, 0) (1, 1)\nstock s = 1\nflow f: s -> cloud = t(s) / 1 year\n", "reads a table"),
    ],
)
def test_what_cannot_be_solved_says_why(text: str, told: str) -> None:
    with pytest.raises(NoAnalysis, match=told):
        sdlang.compile(HEAD + text).equilibria()


def test_what_cancels_is_told() -> None:
    model = sdlang.compile(
        HEAD + "stock s = 3 people\nstock r = 2 people\naux a = s / s\naux b = s + r - s\nplot a\nplot b\n"
    )
    assert hints(build(model.structure)) == {"a": "always 1, whatever `s` may be", "b": "`s` cancels out"}


def test_sound_models_get_no_hints() -> None:
    for path in CLASSICS.glob("*.sd"):
        assert hints(build(sdlang.load(path).structure)) == {}


def test_a_model_that_is_split_is_looked_into_element_by_element() -> None:
    """staff' = wanted / 1 year - staff * rate rests at wanted / rate, with a slope of -rate; regions do not touch."""
    model = sdlang.compile(
        HEAD + "dim region = north, south\nparam rate[region] = { north: 10% / year, south: 20% / year }\n"
        "stock staff[region] = 5 people\nflow hires[region]: cloud -> staff = 4 people/year\n"
        "flow quits[region]: staff -> cloud = staff * rate\n"
    )
    (point,) = model.equilibria()
    assert point.states == pytest.approx({"staff[north]": 40, "staff[south]": 20})
    near = model.linearise()
    assert near.states == ("staff[north]", "staff[south]")
    assert near.matrix.tolist() == [[pytest.approx(-0.1), 0], [0, pytest.approx(-0.2)]]
    assert model.linearise(params={"rate[south]": "50% / year"}).matrix[1, 1] == pytest.approx(-0.5)


def test_shifts_sums_and_tables_are_written_out() -> None:
    """A chain of three ages of 2 years each, into which half of all are born a year: born enter the first age."""
    model = sdlang.compile(
        HEAD + "dim age = young < grown < old\nstock people_of[age] = 1 people\n"
        "flow aging[age]: people_of[age] -> people_of[age + 1] = people_of / 2 years\n"
        "flow births: cloud -> people_of[young] = sum(people_of over age where age != old) * 0.5 / year\n"
    )
    # young' = 0.5 (young + grown) - 0.5 young; grown' = 0.5 young - 0.5 grown; old' = 0.5 grown - 0.5 old
    assert model.linearise().matrix.tolist() == [[0, 0.5, 0], [0.5, -0.5, 0], [0, 0.5, -0.5]]


def test_what_has_a_memory_or_too_many_elements_says_so() -> None:
    held = "stock a = 1\nflow f: a -> cloud = conveyor_out(1 / year, 2 years)\n"
    with pytest.raises(NoAnalysis, match="memory"):
        sdlang.compile(HEAD.replace("year\n", "year, using euler\n") + held).linearise()
    with pytest.raises(NoAnalysis, match="5,000 elements"):
        sdlang.compile(HEAD + "dim n = 1 .. 2_500\nstock a[n] = 1\nflow f[n]: a -> cloud = a / 1 year\n").linearise()


def test_latex_of_a_model_has_the_names_of_elements() -> None:
    told = sdlang.compile(HEAD + "dim region = north, south\nstock a[region] = 1\naux b = a[south]\n").latex()
    assert told["b"] == r"\mathrm{a}_{\text{south}}"
