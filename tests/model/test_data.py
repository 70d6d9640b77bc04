"""Series from data files: what a file may look like, and what is told of one that cannot be read."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from sdlang.compiler import check
from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.model.data import UnreadableData
from sdlang.model.folder import reader_of
from sdlang.model.model import Series
from sdlang.source import Source
from tests.model.data_files import Files, workbook

CLOCK = "simulate 2000 to 2002 years, step 1 month\n"
ROWS = "year,stock\n2000,5\n2001,7\n2002,6\n"


def series(line: str, content: str | bytes = ROWS, clock: str = CLOCK) -> Series:
    """The series `s` of a line, where the file `d.csv`, or `d.xlsx`, holds this."""
    files = Files({"d.csv": content, "d.xlsx": content})
    found = check(Source("a.sd", f"{clock}{line}\naux a = s"), files).model.variables["s"]
    assert isinstance(found, Series)
    return found


def told(line: str, content: str | bytes = ROWS) -> Diagnostic:
    with pytest.raises(ModelError) as raised:
        check(Source("a.sd", f"{CLOCK}{line}\naux a = s"), Files({"d.csv": content, "d.xlsx": content}))
    (diagnostic,) = [d for d in raised.value.diagnostics if d.span and d.span.position().line == 2]
    return diagnostic


def test_the_first_column_is_the_time_and_the_second_the_value() -> None:
    found = series('series s = csv("d.csv")')
    assert found.points == ((2000.0, 5.0), (2001.0, 7.0), (2002.0, 6.0))
    assert (found.method, found.outside, found.path) == ("linear", "error", "d.csv")


def test_columns_are_chosen_by_name() -> None:
    text = "stock,other,when\n5,1,2000\n7,2,2002\n"
    found = series('series s = csv("d.csv", time = "when", value = "stock")', text)
    assert found.points == ((2000.0, 5.0), (2002.0, 7.0))


def test_comments_blank_lines_quotes_blanks_and_a_mark_at_the_start_are_harmless() -> None:
    text = '\ufeff# From a survey\n"year" ,"stock"\n\n2000, 5\n# in between\n2002 ,"7"\n\n'
    assert series('series s = csv("d.csv", value = "stock")', text).points == ((2000.0, 5.0), (2002.0, 7.0))


def test_line_ends_of_other_systems_are_read() -> None:
    assert series('series s = csv("d.csv")', ROWS.replace("\n", "\r\n")).points[1] == (2001.0, 7.0)


def test_months_become_twelfths_of_a_year() -> None:
    text = "month,n\n2000-01,1\n2000-11,2\n2002-12,3\n"
    found = series('series s = csv("d.csv")', text)
    # January is the start of the year, November 10/12 after it, December 11/12.
    assert [time for time, _ in found.points] == [
        2000.0,
        float(2000 + Fraction(10, 12)),
        float(2002 + Fraction(11, 12)),
    ]


def test_months_are_no_times_in_a_model_that_does_not_run_in_years() -> None:
    with pytest.raises(ModelError) as raised:
        series('series s = csv("d.csv")', "month,n\n2000-01,1\n2000-02,2\n", "simulate 0 to 2 months, step 1 month\n")
    assert [d.code for d in raised.value.diagnostics] == ["date-without-calendar"]


def test_values_are_in_the_unit_that_is_written() -> None:
    found = series("unit dozen = 12 robots\n" + 'series s : dozen/month = csv("d.csv")')
    # 5 dozen a month are 5 * 12 * 12 = 720 robots a year
    assert found.points[0] == (2000.0, 720.0)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('series s = csv("other.csv")', "missing-file"),
        ('series s = excel("other.xlsx")', "missing-file"),
        ('series s = json("d.csv")', "unknown-reader"),
        ('series s = csv("d.csv", sheet = "2019")', "series-options"),
        ('series s = csv("d.csv", time = "year", time = "year")', "series-options"),
        ('series s = csv("d.csv", "e.csv")', "series-options"),
        ('series s = excel("d.xlsx")', "not-a-workbook"),
        ("series s = csv(d)", "series-options"),
        ("series s = csv()", "series-options"),
        ('series s = csv("d.csv", tiem = "year")', "series-options"),
        ('series s = csv("d.csv", value = "stcok")', "missing-column"),
    ],
)
def test_a_line_that_asks_for_what_is_not_there_is_told(line: str, code: str) -> None:
    assert told(line).code == code


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("", "series-too-short", "is empty"),
        ("year,stock\n2000,5\n", "series-too-short", "two points"),
        ("year\n2000\n", "missing-column", "one column only"),
        ("year,stock\n2000,five\n2001,6\n", "not-a-number", "line 2, column `stock`: `five`"),
        ("# note\nyear,stock\n2000,5\n\n2001,\n", "not-a-number", "line 5, column `stock`: there is no number"),
        ("year,stock\n2000,5\n2001\n", "not-a-number", "line 3, column `stock`"),
        ("year,stock\n2000,5\n2001,nan\n", "not-a-number", "`nan`"),
        ("year,stock\n2000,5\n2001,inf\n", "not-a-number", "`inf`"),
        ("year,stock\nsoon,5\n2001,6\n", "not-a-number", "column `year`"),
        ("year,stock\n2001,5\n2000,6\n", "series-unsorted", "line 3: the time 2000 does not come after 2001"),
        ("year,stock\n2000,5\n2000,6\n", "series-unsorted", "line 3"),
        ("year,stock\n2000,5\n2001,6\n", "series-does-not-cover", "from 2000 to 2001"),
        ("year,stock\n2001,5\n2002,6\n", "series-does-not-cover", "from 2001 to 2002"),
    ],
)
def test_a_file_that_is_no_series_is_told_with_its_line_and_column(text: str, code: str, part: str) -> None:
    found = told('series s = csv("d.csv")', text)
    assert found.code == code
    assert part in found.message


def test_a_series_that_holds_its_last_value_need_not_cover_the_run() -> None:
    assert series('series s = csv("d.csv"), hold', "year,stock\n2000,5\n2001,6\n").outside == "hold"


def test_a_column_that_is_nearly_right_brings_the_right_one() -> None:
    assert "did you mean `stock`" in told('series s = csv("d.csv", value = "stcok")').message


def test_a_column_that_is_there_twice_is_told() -> None:
    found = told('series s = csv("d.csv", value = "n")', "year,n,n\n2000,5,6\n2002,7,8\n")
    assert (found.code, "column 2 and column 3" in found.message) == ("duplicate-column", True)


# Workbooks -----------------------------------------------------------------------------------------------------------

BOOK = workbook(
    {
        "robots": [["month", "stock"], [date(2000, 1, 31), 5], [date(2000, 11, 30), 6.5], ["2002-12", 7]],
        "other": [["stock", "year"], [1, 2000], [2, 2002]],
    }
)


def test_a_series_is_read_from_the_first_sheet_or_from_one_that_is_named() -> None:
    assert series('series s = excel("d.xlsx", sheet = "other", time = "year", value = "stock")', BOOK).points == (
        (2000.0, 1.0),
        (2002.0, 2.0),
    )
    # A date stands for its month: January is the start of the year, November 10/12 after it, December 11/12.
    assert series('series s = excel("d.xlsx")', BOOK).points == (
        (2000.0, 5.0),
        (float(2000 + Fraction(10, 12)), 6.5),
        (float(2002 + Fraction(11, 12)), 7.0),
    )


def test_mistakes_in_a_workbook_name_the_sheet_and_the_line() -> None:
    assert told('series s = excel("d.xlsx", sheet = "otter")', BOOK).code == "unknown-sheet"
    dates = workbook({"s": [["year", "n"], [2000, 5], [2002, date(2000, 1, 1)]]})
    found = told('series s = excel("d.xlsx")', dates)
    assert found.message == '"d.xlsx", sheet `s`, line 3, column `n`: `2000-01-01` is not a number'


def test_dates_are_no_times_in_a_model_that_does_not_run_in_years() -> None:
    with pytest.raises(ModelError, match="`2000-01-31` is a date, and this model counts time in months"):
        series('series s = excel("d.xlsx")', BOOK, "simulate 0 to 2 months, step 1 month\n")


# Files ---------------------------------------------------------------------------------------------------------------


def refused(folder: Path | None, path: str) -> tuple[str, str]:
    with pytest.raises(UnreadableData) as raised:
        reader_of(folder)(path)
    return raised.value.code, raised.value.hint


def test_files_are_read_in_the_folder_of_the_model_and_below(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "d.csv").write_text("a,b\n", encoding="utf-8")
    assert reader_of(tmp_path)("data/d.csv") == "a,b\n"
    assert reader_of(tmp_path)("data/../data/d.csv") == "a,b\n"


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    inside = tmp_path / "model"
    inside.mkdir()
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n", encoding="utf-8")
    (inside / "link.csv").symlink_to(secret)
    for path in ("../secret.csv", str(secret), "link.csv", "a/../../secret.csv", "d\0.csv"):
        assert refused(inside, path)[0] == "path-outside-folder"


def test_a_folder_whose_name_begins_alike_is_outside(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model2").mkdir()
    (tmp_path / "model2" / "d.csv").write_text("a,b\n", encoding="utf-8")
    assert refused(tmp_path / "model", "../model2/d.csv")[0] == "path-outside-folder"


def test_a_missing_file_brings_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "robots.csv").write_text("a,b\n", encoding="utf-8")
    assert refused(tmp_path, "robot.csv") == ("missing-file", "did you mean `robots.csv`?")
    assert refused(tmp_path, "")[0] == "missing-file"


def test_a_model_without_a_folder_has_no_files() -> None:
    assert refused(None, "d.csv")[0] == "missing-file"


def test_bytes_and_huge_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bytes.csv").write_bytes(b"year,n\n\xff\xfe,1\n")
    assert refused(tmp_path, "bytes.csv")[0] == "not-text"
    (tmp_path / "large.csv").write_text("year,n\n", encoding="utf-8")
    monkeypatch.setenv("SDLANG_LIMIT_DATA", "3")
    assert refused(tmp_path, "large.csv")[0] == "data-too-large"


def test_bytes_are_read_in_the_same_folder_with_the_same_checks(tmp_path: Path) -> None:
    (tmp_path / "d.xlsx").write_bytes(b"PK\x03\x04\0")
    assert reader_of(tmp_path).content("d.xlsx") == b"PK\x03\x04\0"
    with pytest.raises(UnreadableData, match="outside"):
        reader_of(tmp_path).content("../d.xlsx")


def test_a_workbook_that_is_read_as_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "d.xlsx").write_bytes(workbook({"s": [["a"]]}))
    assert refused(tmp_path, "d.xlsx") == ("not-text", 'a workbook is read by `excel("d.xlsx")`')
    (tmp_path / "zero.csv").write_bytes(b"a,b\n1,\0\n")
    assert refused(tmp_path, "zero.csv")[0] == "not-text"


def test_line_ends_become_one_character(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes(b"a\r\nb\rc\n")
    assert reader_of(tmp_path)("d.csv") == "a\nb\nc\n"


def test_names_that_no_file_can_have_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "circle.csv").symlink_to(tmp_path / "circle.csv")
    for path in ("x" * 5000, "a/" * 5000, "circle.csv", "\ud800.csv", "", ".", "a/./b"):
        assert refused(tmp_path, path)[0] == "missing-file"
