"""What runs over whole dimensions: sums and their like, what is chosen by `where`, and vector functions."""

import pytest

from sdlang.model.expressions import Axis, Index, Reduce, Reference, Vector
from sdlang.model.model import Auxiliary
from tests.model.meant import codes, errors, model, values

SPLIT = """
dim region = north, south
dim sector = retail, service, trade
dim age = 1 .. 4
param a[region] = { north: 1, south: 2 }
param b[sector] = { retail: 10, service: 20, trade: 30 }
param c[region, sector] = a * b
param d[age] = age
"""


def of(line: str) -> float | tuple[float, ...]:
    return values(SPLIT + line)["x"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("sum(b over sector)", 60.0),
        ("mean(b over sector)", 20.0),
        ("min(b over sector)", 10.0),
        ("max(b over sector)", 30.0),
        ("product(b over sector)", 6000.0),
        ("sum(c over region, sector)", 180.0),  # (1 + 2) * (10 + 20 + 30)
        ("sum(a * b over region, sector)", 180.0),
        ("sum(1 over region, sector)", 6.0),
        ("sum(sum(c over region) over sector)", 180.0),
        ("sum(a * sum(b over sector) over region)", 180.0),
        ("sum(d * d over age)", 30.0),  # 1 + 4 + 9 + 16, a dot product
    ],
)
def test_a_reduction_makes_one_value_of_all(expression: str, value: float) -> None:
    assert of(f"aux x = {expression}") == value


def test_what_is_not_summed_over_stays() -> None:
    assert of("aux x[region] = sum(c over sector)") == (60.0, 120.0)
    assert of("aux x[sector] = sum(c over region)") == (30.0, 60.0, 90.0)


def test_a_sum_over_a_name_of_its_own_leaves_the_place_itself_readable() -> None:
    # Each region's part of all: 1 / 3 and 2 / 3.
    assert of("aux x[region] = a / sum(a[there] over there: region)") == (1 / 3, 2 / 3)


def test_the_innermost_dimension_is_meant_first() -> None:
    assert of("aux x[region] = sum(a over region)") == 3.0  # the same for all elements


def test_where_chooses_among_the_elements() -> None:
    assert of("aux x = sum(b over sector where b > 15)") == 50.0
    assert of("aux x = mean(b over sector where sector != retail)") == 25.0
    assert of("aux x[here: region] = sum(a over there: region where there != here)") == (2.0, 1.0)


def test_where_nothing_is_chosen_a_sum_is_0_and_a_product_1() -> None:
    assert of("aux x = sum(b over sector where b > 99)") == 0.0
    assert of("aux x = product(b over sector where b > 99)") == 1.0


def test_where_keeps_a_shift_within_its_dimension() -> None:
    assert of("aux x = sum(d[age + 1] - d over age where age < 4)") == 3.0  # 2 - 1 and 3 - 2 and 4 - 3
    assert codes(SPLIT + "aux x = sum(d[age + 1] over age)") == ["subscript-outside"]


def test_older_and_younger_are_summed_by_comparing_two_loops() -> None:
    # How many are there up to each age: 1, 1 + 2, 1 + 2 + 3, 1 + 2 + 3 + 4.
    assert of("aux x[age] = sum(d[other] over other: age where other <= age)") == (1.0, 3.0, 6.0, 10.0)


def test_elements_within_a_bloc_are_summed() -> None:
    text = SPLIT + "dim kind maps sector { goods: trade, retail\n  deeds: service }\n"
    assert values(text + "aux x[kind] = sum(b over sector in kind)")["x"] == (40.0, 20.0)
    assert values(text + "aux x = sum(b over sector in deeds)")["x"] == 20.0


def test_a_part_is_summed_over_as_a_dimension_is() -> None:
    assert values(SPLIT + "dim some of sector = trade, retail\naux x = sum(b over some)")["x"] == 40.0


def test_functions_of_their_arguments_are_still_there() -> None:
    assert of("aux x = max(sum(a over region), 5)") == 5.0
    assert of("aux x = min(3, 4)") == 3.0


def test_a_reduction_is_written_once() -> None:
    found = model(SPLIT + "aux x[region] = sum(c over sector)").variables["x"]
    assert isinstance(found, Auxiliary)
    assert isinstance(found.value, Reduce)
    assert (found.value.function, found.value.axes) == ("sum", (Axis("sector", "sector", 3),))
    assert found.value.body == Reference(found.span, "c", (Index("region"), Index("sector")))


def test_a_vector_function_gets_a_variable_of_its_own() -> None:
    found = model(SPLIT + "aux x[region, sector] = rank(c over sector) + 1").variables
    hidden = found["x.rank.value"]
    assert isinstance(hidden, Auxiliary)
    assert isinstance(hidden.value, Vector)
    assert hidden.is_hidden
    assert [axis.dimension for axis in hidden.axes] == ["region", "sector"]
    assert [axis.dimension for axis in hidden.value.axes] == ["sector"]


def test_a_vector_function_is_split_by_what_it_reads_only() -> None:
    found = model(SPLIT + "aux x[region, sector] = rank(b over sector)").variables
    assert [axis.dimension for axis in found["x.rank.value"].axes] == ["sector"]


def test_a_vector_function_may_be_asked_for_an_element() -> None:
    assert codes(SPLIT + "aux x[sector] = rank(b over sector)") == []
    (found,) = errors(SPLIT + "aux x = rank(b over sector)")
    assert found.message == "`rank` gives a value for each `sector`; here it is not said which one is meant"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("aux x = mean(b)", "missing-over"),
        ("aux x = sum(b where b > 3)", "missing-over"),
        ("aux x = sum(b over sectors)", "unknown-dimension"),
        ("aux x = sum(b, 3 over sector)", "wrong-number-of-arguments"),
        ("aux x = sum(b over sector, sector)", "index-twice"),
        ("aux x = sum(b over region)", "missing-index"),
        ("aux x = sum(b over sector in region)", "not-within"),
        ("aux x = sqrt(b over sector)", "unknown-reduction"),
        ("aux x[sector] = rank(b over sector where b > 3)", "where-not-welcome"),
        ("aux x[region, sector] = rank(c over region, sector)", "wrong-number-of-dimensions"),
        ("aux x[region, sector] = inverse(c over region, sector)", "not-square"),
        ("aux x = sum(b over sector where b)", "truth-expected"),
        ("aux x[sector] = sum(x over sector)", "algebraic-loop"),
        ("param p[sector] = rank(b over sector)\nplot p", "parameter-not-constant"),
    ],
)
def test_what_cannot_run_over_a_dimension_is_told(line: str, code: str) -> None:
    assert codes(SPLIT + line) == [code]
