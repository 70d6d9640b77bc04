"""What is split by dimensions, on every engine with every method: models so small that their numbers follow by hand.

Where a stock changes, it does so at a constant rate, which every method integrates without an error but rounding.
"""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pytest

from sdlang.compiler import Options, StepCheck, check, simulate
from sdlang.engines.base import NumericFailure
from sdlang.results.outcome import Outcome
from sdlang.source import Source
from tests.engines.programs import EVERY, run, system

SPLIT = """
dim region = north, south
dim sector = farm, shop, office
param weight[region] = { north: 1, south: 2 }
param size[sector] = { farm: 10, shop: 20, office: 30 }
"""


def final(
    text: str,
    engine: str,
    method: str,
    name: str = "x",
    parameters: Mapping[str, float] | None = None,
    data: str = "",
) -> object:
    """The values of a variable after 8 years: a number, or lists of them."""
    found = run(system(text, Fraction(1), data=data), engine, method, parameters)
    return found[name][-1].tolist()


def about(*values: object) -> object:
    """The values but for the rounding of some hundred steps."""
    return pytest.approx(np.array(values), rel=1e-9, abs=1e-9)


# Broadcasting and picking --------------------------------------------------------------------------------------------


@EVERY
def test_dimensions_broadcast_by_name(engine: str, method: str) -> None:
    # Each region with each sector, whatever the order in which the dimensions are written.
    assert final(f"{SPLIT}aux x[region, sector] = weight * size", engine, method) == [[10, 20, 30], [20, 40, 60]]
    turned = f"{SPLIT}aux y[region, sector] = weight * size\naux x[sector, region] = y"
    assert final(turned, engine, method) == [[10, 20], [20, 40], [30, 60]]


@EVERY
def test_what_has_no_dimension_is_the_same_for_all_elements(engine: str, method: str) -> None:
    text = f"{SPLIT}param one = 5\nstock x[region] = one\nflow f[region]: cloud -> x = one * weight / 1 year"
    assert final(text, engine, method) == about(5 + 8 * 5, 5 + 8 * 10)


@EVERY
def test_elements_are_picked_by_their_names_and_numbers(engine: str, method: str) -> None:
    text = f"{SPLIT}dim age = 20 .. 22\nparam p[age] = age * 10\naux x = size[office] + weight[south] + p[21]"
    assert final(text, engine, method) == 30 + 2 + 210
    partly = f"{SPLIT}aux y[region, sector] = weight * size\naux x[region] = y[shop]"
    assert final(partly, engine, method) == [20, 40]


@EVERY
def test_a_dimension_may_be_there_twice(engine: str, method: str) -> None:
    # weight[here] * 10 + weight[there]
    text = f"{SPLIT}aux x[here: region, there: region] = weight[here] * 10 + weight[there]"
    assert final(text, engine, method) == [[11, 12], [21, 22]]


# Flows ---------------------------------------------------------------------------------------------------------------


@EVERY
def test_a_flow_with_more_dimensions_than_its_stock_sums_into_it(engine: str, method: str) -> None:
    text = SPLIT + (
        "stock a[region, sector] = 1_000\nstock b[region] = 0\nstock x = 0\n"
        "flow f[region, sector]: a -> b = weight * size / 1 year\n"
        "flow g[region, sector]: b -> x = size / 10 / 1 year"
    )
    # A year takes 10, 20, 30 from the north of a, twice that from the south: 60 and 120 into b. From each region of b
    # 1 + 2 + 3 go on.
    assert final(text, engine, method, "a") == about([920, 840, 760], [840, 680, 520])
    assert final(text, engine, method, "b") == about(8 * (60 - 6), 8 * (120 - 6))
    assert final(text, engine, method) == pytest.approx(8 * 12)


@EVERY
def test_a_shift_moves_people_on_and_the_last_age_leaves(engine: str, method: str) -> None:
    text = (
        "dim age = 1 .. 3\nstock x[age] = 100\nparam pace[age] = { 1: 6, 2: 3, 3: 1 }\n"
        "flow aging[age]: x[age] -> x[age + 1] = pace / 1 year"
    )
    # 6 a year leave the first age, 6 - 3 stay in the second, 3 - 1 in the third, 1 leaves.
    assert final(text, engine, method) == about(100 - 48, 100 + 24, 100 + 16)


@EVERY
def test_a_shift_may_go_back_and_over_several_elements(engine: str, method: str) -> None:
    text = (
        "dim age = 1 .. 3\nstock x[age] = 100\nparam pace[age] = { 1: 6, 2: 3, 3: 1 }\n"
        "flow back[age]: x[age] -> x[age - 2] = pace / 1 year"
    )
    # From the third to the first; the first and the second leave.
    assert final(text, engine, method) == about(100 - 48 + 8, 100 - 24, 100 - 8)


@EVERY
def test_a_flow_ends_at_an_element_that_is_picked(engine: str, method: str) -> None:
    text = SPLIT + (
        "stock a[sector] = 1_000\nstock x[region] = 0\n"
        "flow f[sector]: a -> x[south] = size / 1 year\nflow g: x[south] -> x[north] = 5 / 1 year"
    )
    # 10 + 20 + 30 a year into the south, 5 of them on to the north.
    assert final(text, engine, method) == about(40, 8 * 55)
    assert final(text, engine, method, "a") == about(920, 840, 760)


@EVERY
def test_people_move_from_each_place_to_each(engine: str, method: str) -> None:
    text = (
        "dim region = a, b, c\nparam m[here: region, there: region] = {\n  a, b, c\n  a: 0, 1, 2\n"
        "  b: 3, 0, 4\n  c: 5, 6, 0\n}\nstock x[region] = 100\n"
        "flow move[here: region, there: region]: x[here] -> x[there] = m[here, there] / 1 year"
    )
    # A year: a loses 1 + 2 and gets 3 + 5, b loses 7 and gets 1 + 6, c loses 11 and gets 2 + 4.
    assert final(text, engine, method) == about(100 + 8 * 5, 100, 100 - 8 * 5)


@EVERY
def test_a_flow_over_a_subset_leaves_the_other_elements_alone(engine: str, method: str) -> None:
    text = (
        "dim region = a, b, c, d\ndim coast of region = d, b\nparam p[region] = { a: 1, b: 2, c: 3, d: 4 }\n"
        "stock x[region] = 0\nflow f[coast]: cloud -> x = p / 1 year"
    )
    assert final(text, engine, method) == about(0, 16, 0, 32)


@EVERY
def test_a_flow_into_the_blocs_that_map_its_dimension(engine: str, method: str) -> None:
    text = (
        "dim region = a, b, c\ndim bloc maps region { one: b\n  two: a, c }\n"
        "param p[region] = { a: 1, b: 2, c: 4 }\nparam q[bloc] = { one: 10, two: 20 }\n"
        "stock y[region] = 100\nstock x[bloc] = 0\nflow f[region]: y -> x = p / 1 year\naux z[region] = q"
    )
    assert final(text, engine, method) == about(8 * 2, 8 * (1 + 4))
    assert final(text, engine, method, "y") == about(92, 84, 68)
    assert final(text, engine, method, "z") == [20, 10, 20]


@EVERY
def test_a_flow_that_splits_is_shared_out(engine: str, method: str) -> None:
    text = SPLIT + (
        "stock a[region] = 1_000\nstock b[region] = 0\nstock x = 0\n"
        "flow f[region]: a -> { b: 25%, x: 60%, cloud: rest } = weight * 20 / 1 year"
    )
    assert final(text, engine, method, "a") == about(1000 - 8 * 20, 1000 - 8 * 40)
    assert final(text, engine, method, "b") == about(8 * 5, 8 * 10)
    assert final(text, engine, method) == pytest.approx(8 * (12 + 24))


# What is shared ------------------------------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize(
    ("rule", "one", "other"),
    [
        # The north has 60 people, or 60 a year within 1 year, and is asked for 30 + 60: each gets 2 / 3. The south has
        # enough.
        ("proportional", [20.0, 30.0], [40.0, 60.0]),
        # The other flow is served first, and gets its 60: nothing is left in the north.
        ("priority other, one", [0.0, 30.0], [60.0, 60.0]),
        ("priority one, other", [30.0, 30.0], [30.0, 60.0]),
    ],
)
def test_a_contested_stock_is_shared_element_by_element(
    engine: str, method: str, rule: str, one: list[float], other: list[float]
) -> None:
    text = (
        "dim region = north, south\nstock pool[region] = { north: 60, south: 600 }\n"
        "flow one[region]: pool -> cloud = 30 / year\nflow other[region]: pool -> cloud = 60 / year\n"
        f"share pool {rule} within 1 year"
    )
    found = run(system(text, Fraction(1, 4), span="0 to 1 years"), engine, method)
    assert found["one"][0].tolist() == about(*one)
    assert found["other"][0].tolist() == about(*other)


# Values of elements --------------------------------------------------------------------------------------------------


@EVERY
def test_tables_of_elements_give_each_its_value(engine: str, method: str) -> None:
    text = SPLIT + (
        "dim trade of sector = shop, office\n"
        "param both[region, sector] = {\n  farm, shop, office\n  north: 1, 2, 3\n  south: 4, 5, 6\n}\n"
        "param some[sector] = { trade: 7, farm: 8 }\n"
        "param others[sector] = 1 + 1 except { shop: 9 }\n"
        "aux mixed[region] = { north: weight * time / 1 year, south: -1 }\n"
        "aux x[region, sector] = both * 100 + some * 10 + others"
    )
    assert final(text, engine, method) == [[182, 279, 372], [482, 579, 672]]
    assert final(text, engine, method, "mixed") == [8, -1]


@EVERY
def test_an_alias_a_subset_and_a_union_read_what_they_stand_for(engine: str, method: str) -> None:
    text = (
        "dim region = a, b, c\ndim there = region\ndim coast of region = c, a\ndim sea = isle\n"
        "dim place = coast + sea\nparam p[region] = { a: 1, b: 2, c: 3 }\nparam q[place] = { a: 10, c: 20, isle: 30 }\n"
        "aux x[coast] = p\naux y[region, there] = p[region] * 10 + p[there]\naux z[coast] = q\n"
        "aux total = sum(q over coast)"
    )
    assert final(text, engine, method) == [3, 1]
    assert final(text, engine, method, "y") == [[11, 12, 13], [21, 22, 23], [31, 32, 33]]
    assert final(text, engine, method, "z") == [20, 10]
    assert final(text, engine, method, "total") == 30


@EVERY
def test_values_of_a_file_are_matched_by_name(engine: str, method: str) -> None:
    text = SPLIT + 'param p[region, sector] = csv("d.csv")\naux x[region, sector] = p * weight'
    data = "sector,region,p\nshop,south,5\nfarm,south,4\noffice,south,6\noffice,north,3\nfarm,north,1\nshop,north,2\n"
    assert final(text, engine, method, data=data) == [[1, 2, 3], [8, 10, 12]]


@EVERY
def test_a_series_of_elements_is_read_at_the_time(engine: str, method: str) -> None:
    text = SPLIT + 'series s[region] = csv("d.csv", time = "year")\naux x[region] = s * weight\naux y = s[south]'
    # Straight lines from 0 to 80 and from 100 to 20: 40 and 60 halfway.
    data = "year,south,north\n0,100,0\n8,20,80\n"
    found = run(system(text, Fraction(1), data=data), engine, method)
    assert found["x"][4].tolist() == about(40, 120)
    assert found["y"].tolist() == about(*range(100, 10, -10))
    assert found["s[north]"].tolist() == about(*range(0, 90, 10))


@EVERY
def test_a_table_is_read_for_each_element(engine: str, method: str) -> None:
    text = f"{SPLIT}table t(n) = (0, 0) (10, 100) (20, 0)\naux x[sector] = t(size / 2)"
    assert final(text, engine, method) == [50, 100, 50]


@EVERY
def test_positions_and_names_of_elements_can_be_asked_for(engine: str, method: str) -> None:
    text = SPLIT + (
        "dim age = 20 .. 22\ndim skill = low < mid < high\naux a[age] = age ^ 2\n"
        "aux b[sector] = if sector == shop then 1 else 0\naux c[skill] = if skill < high then 1 else 0\n"
        "aux d[here: region, there: region] = if here != there then 1 else 0"
    )
    assert final(text, engine, method, "a") == [400, 441, 484]
    assert final(text, engine, method, "b") == [0, 1, 0]
    assert final(text, engine, method, "c") == [1, 1, 0]
    assert final(text, engine, method, "d") == [[0, 1], [1, 0]]


# Over whole dimensions -----------------------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("sum(size over sector)", 60),
        ("mean(size over sector)", 20),
        ("min(size over sector)", 10),
        ("max(size over sector)", 30),
        ("product(size over sector)", 6000),
        ("sum(size * weight over region, sector)", 60 * 3),
        # What other tools call a vector select: those that a condition picks, added, or the largest of them.
        ("sum(size over sector where sector != shop)", 40),
        ("max(size over sector where size < 25)", 20),
        ("sum(size over sector where size > 1_000)", 0),
        ("product(size over sector where size > 1_000)", 1),
        # And a dot product: 10 * 10 + 20 * 20 + 30 * 30.
        ("sum(size * size over sector)", 1400),
        # All but the farms of the north.
        ("sum(size * weight over region, sector where size * weight > 10)", 20 + 30 + 20 + 40 + 60),
        ("sum(max(size * weight over region) over sector)", 120),
    ],
)
def test_reductions_make_one_value_of_all(engine: str, method: str, expression: str, value: float) -> None:
    assert final(f"{SPLIT}aux x = {expression}", engine, method) == value


@EVERY
def test_what_is_not_summed_over_stays(engine: str, method: str) -> None:
    text = f"{SPLIT}aux y[region, sector] = weight * size\naux x[region] = y[shop] / sum(y over sector)"
    assert final(text, engine, method) == about(1 / 3, 1 / 3)
    rows = f"{SPLIT}aux y[region, sector] = weight * size\naux x[sector] = sum(y over region) + size"
    assert final(rows, engine, method) == [40, 80, 120]


@EVERY
def test_elements_within_a_bloc_are_summed(engine: str, method: str) -> None:
    text = (
        "dim region = a, b, c\ndim bloc maps region { one: b\n  two: a, c }\n"
        "param p[region] = { a: 1, b: 2, c: 4 }\naux x[bloc] = sum(p over region in bloc)\n"
        "aux y = mean(p over region in two)"
    )
    assert final(text, engine, method) == [2, 5]
    assert final(text, engine, method, "y") == 2.5


@EVERY
def test_a_matrix_times_a_vector_is_a_sum(engine: str, method: str) -> None:
    text = (
        "dim i = 1 .. 2\ndim j = a, b, c\nparam m[i, j] = {\n  a, b, c\n  1: 1, 2, 3\n  2: 4, 5, 6\n}\n"
        "param v[j] = { a: 1, b: 0, c: -1 }\naux x[i] = sum(m * v over j)\n"
        "aux y[row: i, column: i] = sum(m[row, j] * m[column, j] over j)"
    )
    assert final(text, engine, method) == [1 - 3, 4 - 6]
    # The rows with one another: 1 + 4 + 9, 4 + 10 + 18, 16 + 25 + 36.
    assert final(text, engine, method, "y") == [[14, 32], [32, 77]]


@EVERY
def test_ranks_sorted_values_and_running_totals(engine: str, method: str) -> None:
    text = (
        "dim i = 1 .. 4\nparam p[i] = { 1: 5, 2: 9, 3: 5, 4: 7 }\naux a[i] = rank(p over i)\n"
        "aux b[i] = sort(p over i)\naux c[i] = cumulate(p over i)\naux d = a[4] * 100 + b[4] * 10 + c[1]\n"
        "aux e[i] = sum(p over i) - c + p"
    )
    assert final(text, engine, method, "a") == [3, 1, 4, 2]
    assert final(text, engine, method, "b") == [5, 5, 7, 9]
    assert final(text, engine, method, "c") == [5, 14, 19, 26]
    assert final(text, engine, method, "d") == 200 + 90 + 5
    assert final(text, engine, method, "e") == [26, 21, 12, 7]


@EVERY
def test_a_list_is_made_for_each_element_of_the_other_dimensions(engine: str, method: str) -> None:
    text = (
        f"{SPLIT}aux y[region, sector] = if region == north then size else -size\n"
        "aux x[region, sector] = rank(y over sector)"
    )
    assert final(text, engine, method) == [[3, 2, 1], [1, 2, 3]]


@EVERY
def test_the_inverse_of_a_matrix(engine: str, method: str) -> None:
    text = (
        "dim i = a, b\ndim j = i\nparam m[i, j] = {\n  a, b\n  a: 4, 7\n  b: 2, 6\n}\n"
        "aux x[i, j] = inverse(m over i, j)\naux one[row: i, column: i] = sum(x[row, j] * m[j, column] over j)"
    )
    # The determinant is 4 * 6 - 7 * 2 = 10.
    assert final(text, engine, method) == about([0.6, -0.7], [-0.2, 0.4])
    assert final(text, engine, method, "one") == about([1, 0], [0, 1])


@EVERY
def test_a_supply_is_allocated(engine: str, method: str) -> None:
    text = f"{SPLIT}aux x[sector] = allocate_by_priority(size, {{ farm: 1, shop: 3, office: 2 }}, 0, 45 over sector)"
    # In strict order: shop has 20, office what is left of its 30.
    assert final(text, engine, method) == about(0, 20, 25)


# Elements that read one another --------------------------------------------------------------------------------------

RECURRENCES = {
    # 1, 1 * 2 + 2, 4 * 2 + 3, 11 * 2 + 4
    "from the first on": ("aux x[i] = if i == 1 then 1 else x[i - 1] * 2 + i", [1, 4, 11, 26]),
    # 4, 4 * 2 + 3, ...
    "from the last on": ("aux x[i] = if i == 4 then i else x[i + 1] * 2 + i", [49, 24, 11, 4]),
    "over two": ("aux x[i] = if i <= 2 then 1 else x[i - 1] + x[i - 2]", [1, 1, 2, 3]),
    # From the middle to both sides.
    "both ways": ("aux x[i] = if i == 2 then 1 else if i < 2 then x[i + 1] * 3 else x[i - 1] * 5", [3, 1, 5, 25]),
    # x 1, y 2, x 3, y 6, x 7, y 14, x 15
    "of two": ("aux x[i] = if i == 1 then 1 else y[i - 1] + 1\naux y[i] = x[i] * 2", [1, 3, 7, 15]),
    "in a table": ("aux x[i] = x[1] + i except { 1: 5 }", [5, 7, 8, 9]),
    "of parameters": ("param x[i] = if i == 1 then 1 else x[i - 1] * 3", [1, 3, 9, 27]),
    # Each is one more than all before it: 1, 2, 4, 8.
    "of sums": ("aux x[i] = 1 + sum(x[k] over k: i where k < i)", [1, 2, 4, 8]),
}


@EVERY
@pytest.mark.parametrize("name", list(RECURRENCES))
def test_elements_may_read_one_another(engine: str, method: str, name: str) -> None:
    equation, values = RECURRENCES[name]
    assert final(f"dim i = 1 .. 4\n{equation}", engine, method) == values


@EVERY
def test_elements_may_read_one_another_along_two_dimensions(engine: str, method: str) -> None:
    # Pascal's triangle on its side: each is the sum of the one above and the one to the left.
    text = "dim i = 1 .. 3\ndim j = i\naux x[i, j] = if i == 1 or j == 1 then 1 else x[i - 1, j] + x[i, j - 1]"
    assert final(text, engine, method) == [[1, 1, 1], [1, 2, 3], [1, 3, 6]]


@EVERY
def test_an_element_that_a_caller_gives_is_read_by_the_next(engine: str, method: str) -> None:
    for equation, values in (
        ("if i == 1 then 1 else x[i - 1] * 3", [1, 5, 15, 45]),
        ("if i == 4 then 1 else x[i + 1] * 3", [15, 5, 3, 1]),
    ):
        assert final(f"dim i = 1 .. 4\nparam x[i] = {equation}", engine, method, parameters={"x[2]": 5.0}) == values


@EVERY
def test_a_memory_may_read_the_answer_of_another_element(engine: str, method: str) -> None:
    # 1 a year enters each conveyor; what comes out of the first, after 1 year, makes the second one take 1 + 1 years:
    # it begins with people that were put on when it took 1 year, so after 8 years all give out what enters.
    text = (
        "dim i = 1 .. 2\naux x[i] = conveyor_out(1 / year, if i == 1 then 1 year else 1 year + x[i - 1] * 1 year^2)\n"
        "stock s[i] = 0\nflow f[i]: cloud -> s = x"
    )
    assert final(text, engine, method) == about(1, 1)


# What is given from outside ------------------------------------------------------------------------------------------


@EVERY
def test_a_caller_gives_a_whole_parameter_or_one_element(engine: str, method: str) -> None:
    text = f"{SPLIT}stock x[sector] = size\nflow f[sector]: cloud -> x = size / 1 year"
    assert final(text, engine, method, parameters={"size": 1.0}) == about(9, 9, 9)
    assert final(text, engine, method, parameters={"size[shop]": 1.0}) == about(90, 9, 270)
    assert final(text, engine, method, parameters={"size": 1.0, "size[shop]": 2.0}) == about(9, 18, 9)


@EVERY
@pytest.mark.parametrize("name", ["size[mine]", "size[north]", "size[farm, shop]", "x[farm]", "size[", "weight[farm]"])
def test_a_name_that_is_no_element_is_a_key_error(engine: str, method: str, name: str) -> None:
    with pytest.raises(KeyError):
        run(system(f"{SPLIT}aux x[sector] = size", Fraction(1)), engine, method, {name: 1.0})


def outcome(text: str, engine: str, method: str, scenario: str = "base", **parameters: float | str) -> Outcome:
    checked = check(Source("a.sd", f"simulate 0 to 8 years, step 1 year\n{text}"))
    options = Options((scenario,), parameters, engine, method, step_check=StepCheck.NONE)
    return simulate(checked, options)


SCENARIOS = SPLIT + (
    "param both[region, sector] = 1\nstock x[region, sector] = 0\n"
    "flow f[region, sector]: cloud -> x = both / 1 year\n"
    "scenario one { both[south, shop] = 5 }\nscenario row { both[north] = 3 }\n"
    "scenario later { both[farm] = 2 from 6\n  both[north, farm] = 10 from 7 }\n"
    "scenario all { both = weight * size }\n"
)


@EVERY
@pytest.mark.parametrize(
    ("scenario", "values"),
    [
        ("base", [[8, 8, 8], [8, 8, 8]]),
        ("one", [[8, 8, 8], [8, 40, 8]]),
        ("row", [[24, 24, 24], [8, 8, 8]]),
        # 1 for 6 years, then 2; in the north 1 for 6 years, 2 for one and 10 for one.
        ("later", [[18, 8, 8], [10, 8, 8]]),
        ("all", [[80, 160, 240], [160, 320, 480]]),
    ],
)
def test_a_scenario_changes_some_elements(engine: str, method: str, scenario: str, values: list[list[float]]) -> None:
    found = outcome(SCENARIOS, engine, method, scenario).runs[scenario]
    np.testing.assert_allclose(found["x"][-1], values, rtol=1e-7)


@EVERY
def test_a_caller_gives_one_element_of_what_a_scenario_changes_later(engine: str, method: str) -> None:
    found = outcome(SCENARIOS, engine, method, "later", **{"both[south, farm]": 4.0}).runs["later"]
    # 4 for 6 years, then the scenario's 2.
    np.testing.assert_allclose(found["x"][-1], [[18, 8, 8], [28, 8, 8]], rtol=1e-7)


@EVERY
def test_expectations_hold_for_every_element_and_tell_the_worst(engine: str, method: str) -> None:
    text = SPLIT + (
        "stock x[sector] = 0\nflow f[sector]: cloud -> x = size / 1 year\naux whole = sum(x over sector)\n"
        "expect x >= 0\nexpect x <= 200\nexpect x[farm] <= 80 at 8\nexpect sum(x over sector) == whole\n"
        "expect x <= 25 * size at 4"
    )
    verdicts = outcome(text, engine, method).verdicts
    assert [verdict.holds for verdict in verdicts] == [True, False, True, True, True]
    # The office grows by 30 a year, to 240.
    assert verdicts[1].margin == pytest.approx(-40)
    assert "x[office]" in verdicts[1].detail
    assert verdicts[1].time == 8


# What goes wrong -----------------------------------------------------------------------------------------------------


def failure(text: str, engine: str, method: str) -> NumericFailure:
    with pytest.raises(NumericFailure) as raised:
        run(system(text, Fraction(1, 4)), engine, method)
    return raised.value


@EVERY
def test_a_guard_stops_at_the_element_that_falls_below(engine: str, method: str) -> None:
    text = SPLIT + (
        "stock x[region] : people = 6\nflow f[region]: x -> cloud = weight * 1 person/year\nexpect x >= 0 people always"
    )
    # The south loses 2 a year: 0 at t = 3, and below it in the next quarter.
    failed = failure(text, engine, method)
    assert (failed.variable, failed.time) == ("x[south]", 3.25)
    assert failed.cause == "it fell to -0.5 people, which `expect x >= 0 people always` forbids"


@EVERY
def test_a_division_by_zero_names_the_element_and_what_it_read(engine: str, method: str) -> None:
    text = (
        "dim region = north, south\nparam last[region] : years = { north: 9, south: 3 }\n"
        "stock s[region] = { north: 5, south: 2 }\naux left[region] = last - time\naux x[region] = s / left"
    )
    failed = failure(text, engine, method)
    assert (failed.variable, failed.time, failed.cause) == ("x[south]", 3.0, "it divides by 0")
    assert failed.operands == (("s[south]", 2.0, "1"), ("left[south]", 0.0, "years"))
    assert failed.equation == "s / left"


@EVERY
def test_a_failure_of_an_element_that_reads_its_neighbour_names_both(engine: str, method: str) -> None:
    text = "dim i = 1 .. 3\nstock s[i] = i - 2\naux x[i] = if i == 1 then s else x[i - 1] / s[i]"
    failed = failure(text, engine, method)
    # s is -1, 0, 1: the second element divides by 0.
    assert (failed.variable, failed.time) == ("x[2]", 0.0)
    assert {name: value for name, value, _ in failed.operands}["s[2]"] == 0.0


@EVERY
def test_a_value_that_is_no_number_names_its_element(engine: str, method: str) -> None:
    # 1e200 * 1e200 is beyond all bounds, in the south only.
    text = (
        "dim region = north, south\nstock s[region] = { north: 1, south: 1e200 }\naux x[region] = s * s\n"
        "aux y[region] = x - x"
    )
    failed = failure(text, engine, method)
    assert (failed.variable, failed.time, failed.cause) == ("x[south]", 0.0, "it grew beyond all bounds")
    assert failed.operands[0][:2] == ("s[south]", 1e200)


@EVERY
def test_a_start_that_cannot_be_computed_names_its_element(engine: str, method: str) -> None:
    failed = failure(f"{SPLIT}aux y[region] = weight - 2\nstock x[region] = 1 / y", engine, method)
    assert (failed.variable, failed.time, failed.cause) == ("x[south]", 0.0, "it divides by 0")


@EVERY
def test_a_list_that_cannot_be_made_is_told(engine: str, method: str) -> None:
    text = "dim i = 1 .. 2\ndim j = i\nparam m[i, j] = i * j\naux x[i, j] = inverse(m over i, j)\nstock s = x[1, 1]"
    assert failure(text, engine, method).cause == "the matrix has no inverse: its rows depend on one another"


@EVERY
def test_a_condition_is_read_from_left_to_right_and_no_further_than_needed(engine: str, method: str) -> None:
    text = SPLIT + (
        "aux x[region] = if weight > 1 and 1 / (weight - 1) > 0 then 1 else 0\n"
        "aux y[region] = if weight < 2 or 1 / (weight - 1) > 2 then 1 else 0"
    )
    assert final(text, engine, method) == [0, 1]
    assert final(text, engine, method, "y") == [1, 0]
