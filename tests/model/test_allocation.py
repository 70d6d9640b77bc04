"""A supply shared by profiles of priority, against cases that can be worked out by hand.

A request of 10 with a rectangular profile around priority P of width W is at a price p worth 10 * (1/2 + (P - p) / W),
between 0 and 10. The price is the one at which all together ask for the supply.
"""

from itertools import product
from math import erfc, exp, sqrt

import pytest

from sdlang.model.allocation import allocate_available, allocate_by_priority

RECTANGULAR, TRIANGULAR, NORMAL, EXPONENTIAL, ELASTIC = 1, 2, 3, 4, 5


def of_kind(kind: float, priority: list[float], width: float, supply: float, extra: float = 0.0) -> list[float]:
    """Two requests of 10 with profiles of one kind."""
    return allocate_available([10, 10], [kind, kind], priority, [width, width], [extra, extra], supply)


# By priority ---------------------------------------------------------------------------------------------------------


def test_where_there_is_enough_everybody_gets_the_request_exactly() -> None:
    assert allocate_by_priority([10, 20], [1, 2], 1, 30) == [10, 20]
    assert allocate_by_priority([10, 20], [1, 2], 1, 1e9) == [10, 20]


def test_where_there_is_nothing_nobody_gets_any() -> None:
    assert allocate_by_priority([10, 20], [1, 2], 1, 0) == [0, 0]
    assert allocate_by_priority([10, 20], [1, 2], 1, -5) == [0, 0]


def test_without_width_the_first_gets_all_and_the_next_what_is_left() -> None:
    assert allocate_by_priority([10, 10, 10], [1, 3, 2], 0, 15) == pytest.approx([0, 10, 5])
    assert allocate_by_priority([10, 10, 10], [1, 3, 2], 0, 25) == pytest.approx([5, 10, 10])


def test_equal_priorities_share_in_proportion_to_the_requests() -> None:
    # 10 of 10 + 30 = 40: a quarter of each request.
    for width in (0, 1, 5):
        assert allocate_by_priority([10, 30], [2, 2], width, 10) == pytest.approx([2.5, 7.5])


def test_overlapping_profiles_share() -> None:
    # Priorities 1 and 2, width 2: 10 (1 - p / 2) + 10 (3/2 - p / 2) = 25 - 10 p between 1 and 2.
    # Supply 10: p = 1.5, so 2.5 and 7.5. Supply 12: p = 1.3, so 3.5 and 8.5.
    assert allocate_by_priority([10, 10], [1, 2], 2, 10) == pytest.approx([2.5, 7.5])
    assert allocate_by_priority([10, 10], [1, 2], 2, 12) == pytest.approx([3.5, 8.5])


def test_profiles_further_apart_than_their_width_do_not_share() -> None:
    # Priorities 1 and 4, width 2: the lower gets nothing before the higher has all.
    assert allocate_by_priority([10, 10], [1, 4], 2, 8) == pytest.approx([0, 8])
    assert allocate_by_priority([10, 10], [1, 4], 2, 14) == pytest.approx([4, 10])


def test_only_differences_of_priority_count() -> None:
    one = allocate_by_priority([10, 10], [1, 2], 2, 12)
    other = allocate_by_priority([10, 10], [101, 102], 2, 12)
    assert one == pytest.approx(other)


def test_the_order_of_the_requests_does_not_matter() -> None:
    request, priority = [3.0, 7.0, 5.0], [2.0, 1.0, 3.0]
    forward = allocate_by_priority(request, priority, 1.5, 9)
    backward = allocate_by_priority(request[::-1], priority[::-1], 1.5, 9)
    assert forward == pytest.approx(backward[::-1])


@pytest.mark.parametrize(("width", "supply"), list(product([0.0, 0.5, 3.0, 40.0], [0.1, 5.0, 11.0, 14.9])))
def test_all_of_the_supply_is_given_and_nobody_gets_more_than_is_asked_for(width: float, supply: float) -> None:
    request = [3.0, 7.0, 5.0]
    given = allocate_by_priority(request, [2, 1, 3], width, supply)
    assert sum(given) == pytest.approx(supply, rel=1e-12)
    assert all(0 <= got <= wanted for got, wanted in zip(given, request, strict=True))


def test_no_request_gets_none() -> None:
    assert allocate_by_priority([0, 10], [5, 1], 1, 4) == pytest.approx([0, 4])


# By profiles ---------------------------------------------------------------------------------------------------------


def test_a_rectangular_profile_is_that_of_allocation_by_priority() -> None:
    assert of_kind(RECTANGULAR, [1, 2], 2, 12) == pytest.approx(allocate_by_priority([10, 10], [1, 2], 2, 12))


def test_a_triangular_profile() -> None:
    # Supply 10: half of all, so p = 1.5 by symmetry, a quarter of the width from each priority.
    # The share above: 2 (1/2 - 1/4)^2 = 1/8 of the first, 1 - 1/8 of the second.
    assert of_kind(TRIANGULAR, [1, 2], 2, 10) == pytest.approx([1.25, 8.75])


def test_a_normal_profile() -> None:
    # Supply 10: p = 1, one standard deviation from each: 10 (1 - Phi(1)) and 10 Phi(1).
    above = 0.5 * erfc(1 / sqrt(2))
    assert of_kind(NORMAL, [0, 2], 1, 10) == pytest.approx([10 * above, 10 * (1 - above)], abs=1e-4)  # 1e-5 of 10


def test_an_exponential_profile() -> None:
    # Supply 10: p = 1, one width from each: 10 exp(-1) / 2 and the rest.
    above = 0.5 * exp(-1)
    assert of_kind(EXPONENTIAL, [0, 2], 1, 10) == pytest.approx([10 * above, 10 * (1 - above)])


def test_a_constant_elasticity() -> None:
    # Reference price 1, elasticity 1: 10 / p each; 20 / p = 10 at p = 2.
    assert of_kind(ELASTIC, [1, 1], 0, 10, extra=1) == pytest.approx([5, 5])
    # Elasticities 1 and 2: 10 / p + 10 / p^2 = 7.5 at p = 2.
    given = allocate_available([10, 10], [ELASTIC, ELASTIC], [1, 1], [0, 0], [1, 2], 7.5)
    assert given == pytest.approx([5, 2.5])


def test_a_fixed_quantity_is_served_whatever_the_price() -> None:
    assert allocate_available([10, 10], [0, RECTANGULAR], [0, 99], [1, 1], [0, 0], 12) == pytest.approx([10, 2])


def test_widths_and_kinds_may_differ() -> None:
    # The first jumps at 3 and is served in full; 10 (1/2 + (1 - p) / 4) = 5 of the second at p = 1.
    given = allocate_available([10, 10], [RECTANGULAR, RECTANGULAR], [3, 1], [0, 4], [0, 0], 15)
    assert given == pytest.approx([10, 5])


@pytest.mark.parametrize(
    ("request_", "kind", "width"), [([-1, 10], [1, 1], [1, 1]), ([1, 10], [1, 1], [-1, 1]), ([1, 10], [7, 1], [1, 1])]
)
def test_what_cannot_be_is_an_error(request_: list[float], kind: list[float], width: list[float]) -> None:
    with pytest.raises(ValueError):
        allocate_available(request_, kind, [1, 2], width, [0, 0], 5)
