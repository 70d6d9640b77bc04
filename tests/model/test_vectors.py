"""The tables of what runs over whole dimensions, on lists whose results can be worked out by hand."""

import pytest

from sdlang.model.vectors import REDUCTIONS, VECTORS


def test_reductions_of_a_list() -> None:
    found = {name: row.value([4.0, 1.0, 3.0]) for name, row in REDUCTIONS.items()}
    assert found == {"sum": 8.0, "mean": 8 / 3, "min": 1.0, "max": 4.0, "product": 12.0}


def test_of_nothing_there_is_a_sum_and_a_product_and_no_more() -> None:
    assert (REDUCTIONS["sum"].value([]), REDUCTIONS["product"].value([])) == (0.0, 1.0)
    for name in ("mean", "min", "max"):
        with pytest.raises(ValueError, match=name):
            REDUCTIONS[name].value([])


def test_the_largest_is_first_and_of_equal_ones_the_earlier() -> None:
    assert VECTORS["rank"].value([3.0, 9.0, 3.0, 5.0]) == [3.0, 1.0, 4.0, 2.0]


def test_sorted_from_the_smallest_on_and_added_up() -> None:
    assert VECTORS["sort"].value([3.0, 1.0, 2.0]) == [1.0, 2.0, 3.0]
    assert VECTORS["cumulate"].value([3.0, 1.0, 2.0]) == [3.0, 4.0, 6.0]


def test_the_inverse_of_a_matrix() -> None:
    # 2 1    its determinant is 1:    1 -1
    # 1 1                            -1  2
    assert VECTORS["inverse"].value([2.0, 1.0, 1.0, 1.0]) == pytest.approx([1.0, -1.0, -1.0, 2.0])
    assert VECTORS["inverse"].value([0.0, 1.0, 1.0, 0.0]) == [0.0, 1.0, 1.0, 0.0]  # rows change places
    assert VECTORS["inverse"].value([4.0]) == [0.25]


def test_a_matrix_without_an_inverse_is_an_error() -> None:
    with pytest.raises(ValueError, match="depend on one another"):
        VECTORS["inverse"].value([1.0, 2.0, 2.0, 4.0])
    with pytest.raises(ValueError, match="not square"):
        VECTORS["inverse"].value([1.0, 2.0])


@pytest.mark.parametrize("row", [*REDUCTIONS.values(), *VECTORS.values()], ids=lambda row: row.name)
def test_every_row_says_what_it_gives(row: object) -> None:
    assert row.meaning  # type: ignore[attr-defined]
