"""Units that nobody wrote, found from those that somebody did."""

from fractions import Fraction

from sdlang.units.infer import Unifier, unknown, unknowns
from sdlang.units.unit import DIMENSIONLESS, TIME, Dimension

PERSON, JOB = Dimension.base("person"), Dimension.base("job")
A, B, C = unknown("a"), unknown("b"), unknown("c")


def test_an_unknown_unit_becomes_what_it_must_be() -> None:
    unifier = Unifier()
    assert unifier.unify(A, PERSON / TIME)
    assert unifier.settle(A) == PERSON / TIME


def test_a_product_tells_the_unit_of_its_unknown_factor() -> None:
    unifier = Unifier()
    # quits (people per time) = staff (people) * rate: the rate must be 1 per time
    assert unifier.unify(PERSON / TIME, PERSON * A)
    assert unifier.settle(A) == DIMENSIONLESS / TIME


def test_a_square_tells_the_unit_of_its_base() -> None:
    unifier = Unifier()
    assert unifier.unify(A ** Fraction(2), PERSON * PERSON * TIME)
    assert unifier.settle(A) == PERSON * TIME ** Fraction(1, 2)


def test_two_different_units_do_not_become_one_and_nothing_changes() -> None:
    unifier = Unifier()
    assert not unifier.unify(PERSON, JOB)
    assert unifier.unify(A, PERSON)
    assert not unifier.unify(A, JOB)
    assert unifier.settle(A) == PERSON


def test_what_is_learnt_later_reaches_what_was_said_before() -> None:
    unifier = Unifier()
    assert unifier.unify(A, B * TIME)
    assert unifier.unify(B, C / PERSON)
    assert unifier.unify(C, PERSON * JOB)
    # b = person * job / person = job, so a = job * time
    assert unifier.settle(A) == JOB * TIME


def test_the_order_of_the_equations_does_not_matter() -> None:
    equations = [(A, B * TIME), (B, C / PERSON), (C, PERSON * JOB)]
    for turn in range(3):
        unifier = Unifier()
        for left, right in [*equations[turn:], *equations[:turn]]:
            assert unifier.unify(left, right)
        assert unifier.settle(A) == JOB * TIME


def test_a_loop_of_unknowns_is_consistent_or_told() -> None:
    consistent = Unifier()
    assert consistent.unify(A, B)
    assert consistent.unify(B, A)
    contradicting = Unifier()
    assert contradicting.unify(A, B * PERSON)
    # a = b * person and b = a can only hold if a person is a plain number
    assert not contradicting.unify(B, A)


def test_what_is_known_is_checked_through_unknowns() -> None:
    unifier = Unifier()
    assert unifier.unify(A * B, PERSON)
    assert unifier.unify(A, JOB)
    assert unifier.settle(B) == PERSON / JOB
    assert not unifier.unify(A * B, TIME)


def test_the_unknown_on_the_left_is_solved_for_first() -> None:
    unifier = Unifier()
    assert unifier.unify(A, B)
    assert list(unknowns(unifier.settle(A))) == ["?b"]


def test_an_unknown_cancels_where_it_stands_on_both_sides() -> None:
    unifier = Unifier()
    assert unifier.unify(A * PERSON, A * PERSON)
    assert not unifier.unify(A * PERSON, A * JOB)
    assert list(unknowns(unifier.settle(A))) == ["?a"]
