"""What is true of every shape: the table, invariances, and courses that are hardly any."""

import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sdlang.model.predicates import PREDICATES, Argument, Kind, Unit
from sdlang.results.shapes import SHAPES, Finding
from tests.results.shapes import test_curves, test_cycles, test_directions, test_measures, test_pairs, test_targets
from tests.results.shapes.examples import Example, Told, course

EXAMPLES: list[Example] = [
    *test_directions.EXAMPLES,
    *test_curves.EXAMPLES,
    *test_cycles.EXAMPLES,
    *test_targets.EXAMPLES,
    *test_pairs.EXAMPLES,
    *test_measures.EXAMPLES,
]
every_shape = pytest.mark.parametrize("name", list(PREDICATES))
Change = Callable[[Argument, Any], Any]


def of(name: str) -> list[Example]:
    return [example for example in EXAMPLES if example.shape == name]


def changed(example: Example, times: Callable[[Any], Any], change: Change) -> Finding:
    """What is found after the times and each argument were changed; a measure is three values, which stay."""
    t, *told = example.told
    row = PREDICATES[example.shape]
    count = sum(argument.kind is not Kind.MEASURE for argument in row.arguments)
    arguments = zip(row.arguments, told[:count], strict=False)
    new = [value if value is None else change(argument, value) for argument, value in arguments]
    return SHAPES[example.shape](times(t), *new, *told[count:])


def compared(found: Finding, example: Example, factors: dict[Unit, float]) -> None:
    """The verdict is the same, and so is the margin but for a factor."""
    before = example.found()
    assert found.holds is before.holds, f"{example}: {before}\n{found}"
    margin = before.margin * factors.get(PREDICATES[example.shape].margin, 1.0)
    assert found.margin == pytest.approx(margin, rel=1e-6, abs=1e-6 * max(1.0, abs(margin))), example


def test_every_row_of_the_table_has_a_judge() -> None:
    assert set(SHAPES) == set(PREDICATES)


def test_every_shape_has_ten_that_have_it_and_ten_that_miss_it() -> None:
    counted = Counter((example.shape, example.has_it) for example in EXAMPLES)
    assert all(counted[name, has_it] >= 10 for name in PREDICATES for has_it in (True, False)), counted


@every_shape
@pytest.mark.parametrize("factor", [1_000.0, 2.0**-20])
def test_the_unit_of_a_course_does_not_matter(name: str, factor: float) -> None:
    def change(argument: Argument, value: Any) -> Any:
        match argument.kind:
            case Kind.COURSE:
                return factor * value
            case Kind.DATA:
                return [(time, factor * measured) for time, measured in value]
            case _:
                return value

    for example in of(name):
        compared(changed(example, lambda t: t, change), example, {Unit.COURSE: factor})


def of_times(argument: Argument, value: Any, new: Callable[[Any], Any]) -> Any:
    """An argument with each time in it made a new one."""
    match argument.kind, argument.unit:
        case Kind.RANGE, Unit.TIME:
            return tuple(new(time) for time in value)
        case Kind.VALUE, Unit.TIME:
            return new(value)
        case Kind.DATA, _:
            return [(new(time), measured) for time, measured in value]
        case _:
            return value


@every_shape
def test_a_course_may_be_moved_in_time(name: str) -> None:
    def change(argument: Argument, value: Any) -> Any:
        # A period is a duration, all others are dates.
        return value if argument.name == "period" else of_times(argument, value, lambda time: time + 2_000)

    for example in of(name):
        found = changed(example, lambda t: t + 2_000, change)
        compared(found, example, {})
        assert found.time == pytest.approx(example.found().time + 2_000), example


@every_shape
def test_the_unit_of_time_does_not_matter(name: str) -> None:
    def change(argument: Argument, value: Any) -> Any:
        return of_times(argument, value, lambda time: 12 * time)

    for example in of(name):
        compared(changed(example, lambda t: 12 * t, change), example, {Unit.TIME: 12.0})


# Conditions are read at the points that there are.
@pytest.mark.parametrize("name", [name for name in PREDICATES if name != "before"])
def test_points_on_the_lines_between_points_change_nothing(name: str) -> None:
    for example in of(name):
        t = example.told[0]
        finer = np.sort(np.concatenate([t, *(t[:-1] + share * np.diff(t) for share in (0.25, 0.5))]))

        def change(argument: Argument, value: Any, old: Any = t, new: Any = finer) -> Any:
            return np.interp(new, old, value) if argument.kind is Kind.COURSE else value

        compared(changed(example, lambda _, new=finer: new, change), example, {})


# `fits` and `conserved` compare exactly.
@pytest.mark.parametrize("name", [name for name in PREDICATES if name not in ("fits", "conserved")])
def test_noise_of_1e_12_changes_no_verdict(name: str) -> None:
    random = np.random.default_rng(11)

    def change(argument: Argument, value: Any) -> Any:
        if argument.kind is not Kind.COURSE:
            return value
        return value + 1e-12 * np.abs(value).max() * random.uniform(-1, 1, len(value))

    for example in of(name):
        assert changed(example, lambda t: t, change).holds is example.has_it, example


# Which shape a course has upside down.
MIRRORS = {"rises": "falls", "falls": "rises", "overshoots": "undershoots", "undershoots": "overshoots"} | {
    name: name for name in ("monotone", "s_shaped", "oscillates", "converges", "diverges", "crosses", "conserved")
}


@pytest.mark.parametrize("name", list(MIRRORS))
def test_a_shape_upside_down_is_the_one_from_the_other_side(name: str) -> None:
    for example in of(name):
        t, *told = example.told
        found = SHAPES[MIRRORS[name]](t, *(-value if isinstance(value, np.ndarray) else value for value in told))
        assert found.holds is example.has_it, example
        assert found.margin == pytest.approx(example.found().margin, rel=1e-9, abs=1e-12), example


# Courses that are hardly any ------------------------------------------------------------------------------------------


def told_of(name: str, t: Any, x: Any, y: Any) -> Told:
    """Arguments for a judge, made of two courses."""
    told: list[Any] = [t]
    for place, argument in enumerate(PREDICATES[name].arguments):
        match argument.kind:
            case Kind.COURSE:
                told.append(y if place else x)
            case Kind.VALUE:
                told.append(argument.default)
            case Kind.RANGE:
                told.append(None if argument.is_optional else (t[0], t[-1]))
            case Kind.CONDITION:
                told.append(list(y > 0) if place else list(x > 0))
            case Kind.DATA:
                told.append(list(zip(t, y, strict=True)))
            case Kind.MEASURE:
                told += ["mape", "<", 0.1]
    return tuple(told)


@every_shape
def test_the_shortest_courses_have_a_verdict(name: str) -> None:
    for values in ((3,), (0,), (0, 0), (3, 3), (1, 2), (2, 1), (-1, 1), (0, 0, 0), (5, 5, 5, 5, 5, 5)):
        t, x = course(*values)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = SHAPES[name](*told_of(name, t, x, np.zeros_like(x)))
        assert_sound(found)


@pytest.mark.parametrize(
    "name", [name for name in PREDICATES if name not in ("converges", "conserved", "before", "fits")]
)
@pytest.mark.parametrize("size", [0.0, 1e-12])
def test_a_constant_course_has_no_shape(name: str, size: float) -> None:
    t = np.linspace(0, 10, 101)
    x = 7 + size * np.random.default_rng(2).uniform(-1, 1, 101)
    assert not SHAPES[name](*told_of(name, t, x, np.full(101, 7.0))).holds


def assert_sound(found: Finding) -> None:
    assert type(found.holds) is bool
    assert type(found.margin) is float
    assert type(found.time) is float
    assert np.isfinite([found.margin, found.time]).all()
    assert found.margin >= 0 if found.holds else found.margin <= 0
    assert found.detail


numbers = st.floats(-1e9, 1e9, allow_subnormal=False) | st.sampled_from([0.0, 1.0, -1.0, 1 + 1e-12, 1e-300])
points = st.tuples(st.floats(1e-6, 10), numbers, numbers)


@every_shape
@settings(deadline=None)
@given(drawn=st.lists(points, min_size=1, max_size=12))
def test_no_course_makes_a_judge_raise(name: str, drawn: list[tuple[float, float, float]]) -> None:
    steps, x, y = (np.array(each) for each in zip(*drawn, strict=True))
    assert_sound(SHAPES[name](*told_of(name, np.cumsum(steps), x, y)))
