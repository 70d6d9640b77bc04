"""What the text alone says about positions."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from sdlang.model.expressions import Apply, Axis, Constant, Expr, Index, Position, Reference
from sdlang.model.model import Dimension
from sdlang.model.names import Loop, Scope
from sdlang.model.positions import narrowed, place_of, placer, truth
from sdlang.source import Source, Span
from sdlang.syntax.words import COMPARISONS
from sdlang.units.catalogue import BUILT_IN

HERE = Span(Source("a.sd", ""), 0, 0)
AGE = Position(HERE, Index("age"), 20)


def number(value: int) -> Expr:
    return Constant(HERE, Fraction(value), None)


def apply(function: str, *arguments: Expr) -> Expr:
    return Apply(HERE, function, arguments)


UNKNOWN = apply(">", Reference(HERE, "time"), number(2030))
IS_20 = apply("==", AGE, number(20))


@pytest.mark.parametrize(
    ("index", "place"),
    [
        (Index("", 3), 3),
        (Index("age"), 2),
        (Index("age", -1), 1),
        (Index("age", 0, (7, 8, 9)), 9),
        (Index("age", 1, (7, 8, 9)), 10),  # the shift comes after the table
    ],
)
def test_an_index_means_a_position(index: Index, place: int) -> None:
    assert place_of(index, {"age": 2}) == place
    assert placer(index)({"age": 2}) == place


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        (IS_20, True),
        (apply("<", AGE, number(20)), False),
        (apply("not", IS_20), False),
        (UNKNOWN, None),
        (apply("and", IS_20, UNKNOWN), None),
        (apply("and", apply("not", IS_20), UNKNOWN), False),
        (apply("or", IS_20, UNKNOWN), True),
        (apply("or", apply("not", IS_20), UNKNOWN), None),
        (apply("not", UNKNOWN), None),
        (apply("==", Position(HERE, Index("other"), 0), number(0)), None),
    ],
)
def test_a_condition_holds_or_not_or_the_position_does_not_say(test: Expr, holds: bool | None) -> None:
    assert truth(test, {"age": 0}) is holds


# Conditions on positions, and the positions that they leave ----------------------------------------------------------

DIMENSION = Dimension("age", tuple("abcdefgh"), 20, True)
TESTS: st.SearchStrategy[Expr] = st.recursive(
    st.one_of(
        st.just(UNKNOWN),
        st.builds(
            lambda function, shift, value: apply(function, Position(HERE, Index("age", shift), 20), number(value)),
            st.sampled_from(COMPARISONS),
            st.integers(-2, 2),
            st.integers(17, 31),
        ),
        st.builds(
            lambda function, value: apply(function, number(value), AGE),
            st.sampled_from(COMPARISONS),
            st.integers(17, 31),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(lambda part: apply("not", part), inner),
        st.builds(lambda function, a, b: apply(function, a, b), st.sampled_from(["and", "or"]), inner, inner),
    ),
    max_leaves=5,
)


@given(st.lists(TESTS, min_size=1, max_size=3), st.booleans())
def test_the_places_that_conditions_leave_are_those_at_which_they_can_hold(tests: list[Expr], holds: bool) -> None:
    loop = Loop("age", Axis("age", "age", 8), DIMENSION, 0, True, range(8))
    scope = Scope({}, BUILT_IN, loops=(loop,))
    expected = list(range(8))
    for test in tests:
        scope = narrowed(scope, test, holds=holds)
        expected = [place for place in expected if truth(test, {"age": place}) in (holds, None)]
    assert list(scope.loops[0].places) == expected


@pytest.mark.parametrize("function", COMPARISONS)
def test_a_billion_positions_are_not_looked_at_one_by_one(function: str) -> None:
    loop = Loop("age", Axis("age", "age", 10**12), DIMENSION, 0, True, range(10**12))
    kept = narrowed(Scope({}, BUILT_IN, loops=(loop,)), apply(function, AGE, number(20)), holds=True).loops[0].places
    first, count = {
        "<": (None, 0),
        "<=": (0, 1),
        "==": (0, 1),
        ">=": (0, 10**12),
        ">": (1, 10**12 - 1),
        "!=": (1, 10**12 - 1),
    }[function]
    assert (kept[0] if kept else None, len(kept)) == (first, count)
