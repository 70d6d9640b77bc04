"""Values and series of what is split by dimensions: columns and elements are matched by name, and each is told once."""

from collections.abc import Sequence
from fractions import Fraction

import pytest

from sdlang.diagnostics import Diagnostic
from sdlang.model.data import Points
from sdlang.model.element_data import element_points_of, values_of
from sdlang.model.model import Clock
from sdlang.units.catalogue import BUILT_IN
from tests.model.data_files import Files, call, workbook

REGION = ("region", ("north", "south"))
SECTOR = ("sector", ("manufacturing", "retail", "services"))
AGE = ("age", ("20", "21", "22"))
CLOCK = Clock(Fraction(2000), Fraction(2002), Fraction(1, 12), BUILT_IN["year"])
Axes = Sequence[tuple[str, tuple[str, ...]]]

LONG = """region,sector,jobs
north,manufacturing,1
north,retail,2
north,services,3
south,manufacturing,4
south,retail,5
south,services,6
"""
WIDE = "region,manufacturing,retail,services\nnorth,1,2,3\nsouth,4,5,6\n"


def values(
    content: str | bytes, axes: Axes = (REGION, SECTOR), written: str = 'csv("d.csv")', name: str = "jobs"
) -> tuple[float, ...]:
    found: list[Diagnostic] = []
    read = values_of(name, call(written), axes, Files({"d.csv": content, "d.xlsx": content}), found)
    assert read is not None, found
    assert not found
    return read


def told(
    content: str | bytes, axes: Axes = (REGION, SECTOR), written: str = 'csv("d.csv")', name: str = "jobs"
) -> Diagnostic:
    found: list[Diagnostic] = []
    assert values_of(name, call(written), axes, Files({"d.csv": content, "d.xlsx": content}), found) is None
    (diagnostic,) = found
    return diagnostic


# Values --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        WIDE,
        "\n".join([LONG.split("\n")[0], *reversed(LONG.split("\n")[1:])]),
        "services,region,retail,total,manufacturing\n6,south,5,15,4\n3,north,2,6,1\n",
        "sector,south,north\nretail,5,2\nservices,6,3\nmanufacturing,4,1\n",  # wide in the other dimension
        "\ufeff# census\r\n" + LONG.replace("\n", "\r\n"),
    ],
)
def test_rows_and_columns_may_stand_in_any_order_and_in_two_forms(text: str) -> None:
    assert values(text) == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)


def test_the_column_of_values_is_named_or_the_only_one_or_called_value_or_as_the_variable() -> None:
    text = "region,{},note\nnorth,1,7\nsouth,2,8\n"
    assert values("x,region\n1,north\n2,south\n", [REGION]) == (1.0, 2.0)
    assert values(text.format("value"), [REGION]) == (1.0, 2.0)
    assert values(text.format("jobs"), [REGION]) == (1.0, 2.0)
    assert values(text.format("other"), [REGION], 'csv("d.csv", value = "other")') == (1.0, 2.0)
    assert values(text.format("jobs"), [REGION], 'csv("d.csv", value = "note")') == (7.0, 8.0)
    found = told(text.format("other"), [REGION])
    assert (found.code, "`other` and `note`" in found.message) == ("which-column", True)
    assert found.hint == 'say which: `value = "other"`'


def test_numbers_as_elements_are_matched_as_numbers() -> None:
    assert values("age,n\n22.0,3\n20,1\n 21 ,2\n", [AGE]) == (1.0, 2.0, 3.0)
    assert values("21,20.0,22\n2,1,3\n", [AGE]) == (1.0, 2.0, 3.0)
    assert values(workbook({"s": [["age", "n"], [22, 3], [20.0, 1], ["21", 2]]}), [AGE], 'excel("d.xlsx")') == (
        1.0,
        2.0,
        3.0,
    )
    assert told("age,n\n20.5,1\n", [AGE]).code == "unknown-element"


def test_a_value_without_dimensions_stands_in_one_row() -> None:
    assert values("jobs,year\n5,2019\n", []) == (5.0,)
    assert told("jobs\n5\n6\n", []).code == "duplicate-element"
    assert told("jobs\n", []).message == '"d.csv" has no value for `jobs`'


def test_two_indices_over_one_dimension_are_two_columns() -> None:
    axes = [("here", REGION[1]), ("there", REGION[1])]
    text = "here,there,km\nnorth,north,0\nnorth,south,9\nsouth,north,8\nsouth,south,1\n"
    assert values(text, axes) == (0.0, 9.0, 8.0, 1.0)
    assert values("here,north,south\nsouth,8,1\nnorth,0,9\n", axes) == (0.0, 9.0, 8.0, 1.0)


def test_a_workbook_is_read_as_a_text_is() -> None:
    rows = [line.split(",") for line in LONG.strip().split("\n")]
    numbers = [rows[0], *([*row[:2], int(row[2])] for row in rows[1:])]
    assert values(workbook({"x": [["a"]], "2019": numbers}), written='excel("d.xlsx", sheet = "2019")') == (
        1.0,
        2.0,
        3.0,
        4.0,
        5.0,
        6.0,
    )


@pytest.mark.parametrize(
    ("text", "code", "parts"),
    [
        ("", "series-too-short", ("is empty",)),
        ("region;sector;jobs\nnorth;retail;5\n", "column-separator", ("`;`",)),
        # columns
        (LONG.replace("region", "Region"), "columns-do-not-fit", ("for `region`", "did you mean `Region`")),
        (WIDE.replace("region", "Region"), "columns-do-not-fit", ("for `region` of", "did you mean `Region`")),
        ("a,b\n1,2\n", "columns-do-not-fit", ("for `region` and `sector` of `jobs[region, sector]`",)),
        ("region,sector\nnorth,retail\n", "columns-do-not-fit", ("no column with the values of",)),
        ("region,region,sector,jobs\n", "duplicate-column", ("column 1 and column 2",)),
        ("region,retail,services,retail,manufacturing\n", "duplicate-column", ("`retail`", "column 2 and column 4")),
        ("region,manufacturing,Retail,x\n", "missing-elements", ("`retail` and `services`", "did you mean `Retail`")),
        # rows
        (LONG.replace("south,retail", "south,retial"), "unknown-element", ("line 6", "did you mean `retail`")),
        (LONG.replace("south", "South"), "unknown-element", ("line 5: `South`", "did you mean `south`")),
        (LONG + "west,retail,1\neast,retail,1\n", "unknown-element", ("line 8: `west`", "1 more such name")),
        (LONG.replace("south,retail", ",retail"), "unknown-element", ("line 6: no element of `region`",)),
        (LONG + "north,retail,7\n", "duplicate-element", ("`north, retail` two values, on line 3 and on line 8",)),
        (WIDE + "north,1,2,3\n", "duplicate-element", ("`north, manufacturing`", "on line 2 and on line 4")),
        (LONG.replace("south,retail,5\n", ""), "missing-elements", ("for `south, retail` (1 of 6)",)),
        ("region,sector,jobs\n", "missing-elements", ("`north, manufacturing`, `north, retail`", "(6 of 6)")),
        (LONG.replace(",5", ",five"), "not-a-number", ("line 6, column `jobs`: `five`",)),
        (LONG.replace(",5", ","), "not-a-number", ("line 6, column `jobs`: there is no number",)),
        (WIDE.replace(",5", ",n/a"), "not-a-number", ("line 3, column `retail`: `n/a`",)),
        (WIDE.replace(",6", ""), "not-a-number", ("line 3, column `services`: there is no number",)),
        (LONG.replace(",5", ",5,000"), "row-length", ("line 6: there are 4 cells; the header has 3",)),
    ],
)
def test_a_file_that_does_not_fit_is_told_in_its_own_words(text: str, code: str, parts: Sequence[str]) -> None:
    found = told(text)
    assert found.code == code
    for part in parts:
        assert part in found.message
    assert found.hint


def test_columns_that_do_not_fit_bring_the_line_that_would() -> None:
    found = told("place,jobs\nnorth,5\n")
    assert found.notes[0].message == "its columns are `place` and `jobs`"
    assert found.hint == ("its first line should be `region,sector,jobs`, or `region,manufacturing,retail,services`")


def test_a_long_list_of_missing_elements_is_cut() -> None:
    ages = ("age", tuple(map(str, range(100))))
    found = told("age,n\n5,1\n", [ages])
    assert found.message == '"d.csv" has no value for `0`, `1`, `2`, `3`, `4`, `6` and 93 more (99 of 100)'


def test_more_elements_than_memory_are_only_counted() -> None:
    huge = [(f"d{number}", tuple(map(str, range(100_000)))) for number in range(3)]
    found = told("d0,d1,d2,n\n0,0,0,1\n", huge)
    assert "999,999,999,999,999 of 1,000,000,000,000,000" in found.message


@pytest.mark.parametrize(
    ("written", "text", "code"),
    [
        ('csv("x.csv")', LONG, "missing-file"),
        ('csv("d.csv", time = "year")', LONG, "series-options"),
        ('csv("d.csv", value = "sector")', LONG, "columns-do-not-fit"),
        ('csv("d.csv", value = "nothing")', LONG, "missing-column"),
        ('csv("d.csv", value = "retail")', WIDE, "columns-do-not-fit"),
        ('excel("d.xlsx")', LONG, "not-a-workbook"),
    ],
)
def test_a_line_that_asks_for_what_is_not_there_is_told(written: str, text: str, code: str) -> None:
    assert told(text, written=written).code == code


# Series --------------------------------------------------------------------------------------------------------------

ROBOTS = (
    "year,sector,robots\n2000,retail,1\n2000,manufacturing,5\n2002,retail,2\n2001,manufacturing,6\n"
    "2002,manufacturing,7\n"
)
MAKERS = ("sector", ("manufacturing", "retail"))


def points(
    content: str, axes: Axes = (MAKERS,), written: str = 'csv("d.csv")', outside: str = "error"
) -> Sequence[Points]:
    found: list[Diagnostic] = []
    read = element_points_of("robots", call(written), axes, Files({"d.csv": content}), CLOCK, outside, found)
    assert read is not None, found
    assert not found
    return read


def told_of_series(content: str, axes: Axes = (MAKERS,), written: str = 'csv("d.csv")') -> Diagnostic:
    found: list[Diagnostic] = []
    element_points_of("robots", call(written), axes, Files({"d.csv": content}), CLOCK, "error", found)
    (diagnostic,) = found
    return diagnostic


def test_the_rows_of_elements_may_be_mixed_and_have_times_of_their_own() -> None:
    assert points(ROBOTS) == (((2000.0, 5.0), (2001.0, 6.0), (2002.0, 7.0)), ((2000.0, 1.0), (2002.0, 2.0)))


def test_a_column_for_each_element_beside_the_time() -> None:
    expected = (((2000.0, 5.0), (2002.0, 7.0)), ((2000.0, 1.0), (2002.0, 2.0)))
    assert points("year,retail,manufacturing\n2000,1,5\n2002,2,7\n") == expected
    text = "retail,month,quarter,manufacturing\n1,2000-01,1,5\n2,2002-01,1,7\n"
    assert points(text, written='csv("d.csv", time = "month")') == expected


def test_two_dimensions_in_the_wide_form() -> None:
    text = "year,sector,south,north\n2000,retail,1,2\n2002,retail,3,4\n2000,manufacturing,5,6\n2002,manufacturing,7,8\n"
    assert points(text, [REGION, MAKERS]) == (
        ((2000.0, 6.0), (2002.0, 8.0)),  # north, manufacturing
        ((2000.0, 2.0), (2002.0, 4.0)),  # north, retail
        ((2000.0, 5.0), (2002.0, 7.0)),  # south, manufacturing
        ((2000.0, 1.0), (2002.0, 3.0)),  # south, retail
    )


def test_a_series_that_holds_its_last_value_need_not_cover_the_run() -> None:
    assert points("year,retail,manufacturing\n2000,1,5\n2001,2,7\n", outside="hold")[0][-1] == (2001.0, 7.0)


@pytest.mark.parametrize(
    ("text", "code", "parts"),
    [
        (
            ROBOTS.replace("2002,retail", "2000,retail"),
            "series-unsorted",
            ("line 4: the time 2000 of `robots[retail]` does not come after 2000",),
        ),
        (ROBOTS.replace("2002,retail,2\n", ""), "series-too-short", ("`robots[retail]` needs two points",)),
        (ROBOTS.replace("retail", "manufacturing"), "series-unsorted", ("line 3",)),
        ("year,sector,n\n2000,retail,1\n2002,retail,2\n", "missing-elements", ("`manufacturing` (1 of 2)",)),
        (ROBOTS.replace("2002,retail", "2001,retail"), "series-does-not-cover", ("`robots[retail]` runs from 2000",)),
        (ROBOTS.replace("2002,retail", "soon,retail"), "not-a-number", ("line 4, column `year`: `soon`",)),
        (ROBOTS.replace("retail,2", "retail,-"), "not-a-number", ("line 4, column `robots`: `-`",)),
        (ROBOTS.replace("2002,retail", "2002,retial"), "unknown-element", ("line 4", "did you mean `retail`")),
        ("sector\nretail\n", "columns-do-not-fit", ("no column for the time",)),
        ("sector,year\nretail,2000\n", "columns-do-not-fit", ("no column with the values",)),
        ("manufacturing,retail\n1,2\n", "columns-do-not-fit", ("no column for the time",)),
        ("year,n\n2000,1\n", "columns-do-not-fit", ("no column for `sector` of `robots[sector]`",)),
    ],
)
def test_a_file_that_is_no_series_is_told_with_its_element(text: str, code: str, parts: Sequence[str]) -> None:
    found = told_of_series(text)
    assert found.code == code
    for part in parts:
        assert part in found.message


def test_the_first_element_that_stops_is_told_with_the_number_of_others() -> None:
    found = told_of_series("year,manufacturing,retail\n2000,1,5\n2001,2,7\n")
    assert (
        found.message == "series `robots[manufacturing]` runs from 2000 to 2001, but the simulation from 2000 to 2002"
    )
    assert found.notes[0].message == "1 more of its elements ends too early or begins too late"


def test_the_line_to_write_has_the_time_and_few_of_many_elements() -> None:
    ages = ("age", tuple(map(str, range(20, 65))))
    found = told_of_series("a,b\n1,2\n", [REGION, ages], 'csv("d.csv", time = "year")')
    assert found.hint == "its first line should be `region,age,year,robots`, or `region,year,20,21,22,...`"
