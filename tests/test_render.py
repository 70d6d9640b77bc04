"""Diagnostics as text, lines, JSON and SARIF."""

import json

import pytest

from sdlang.diagnostics import Diagnostic, Edit, Note, Severity
from sdlang.render import COLOUR, FORMATS, WIDEST_LINE, one_line, plain, sarif, text, to_json, visible, width
from sdlang.source import Source, Span


def at(source: Source, part: str) -> Span:
    start = source.text.index(part)
    return Span(source, start, start + len(part))


LABOR = Source("models/labor.sd", "stock staff = 10 people\nflow hiring: cloud -> staff = vacancies * fill_time\n")
MISMATCH = Diagnostic(
    "flow-unit",
    "`hiring` flows into `staff` (people), so it must be people/month; it is people * month",
    at(LABOR, "vacancies * fill_time"),
    notes=(Note("`staff` [person] is declared here", at(LABOR, "staff")),),
    hint="divide by `fill_time` instead of multiplying?",
)


def test_text_shows_the_place_the_line_and_carets_under_the_part_that_is_meant() -> None:
    assert plain([MISMATCH]).splitlines() == [
        "error[flow-unit]: `hiring` flows into `staff` (people), so it must be people/month; it is people * month",
        "  models/labor.sd:2:31",
        "  2 | flow hiring: cloud -> staff = vacancies * fill_time",
        "    |                               ^^^^^^^^^^^^^^^^^^^^^",
        "  note: `staff` [person] is declared here",
        "  models/labor.sd:1:7",
        "  1 | stock staff = 10 people",
        "    |       ^^^^^",
        "  = divide by `fill_time` instead of multiplying?",
    ]


def carets(source: Source, part: str) -> tuple[str, str]:
    """The shown line and the line under it, margins cut off."""
    shown, under = plain([Diagnostic("a-code", "message", at(source, part))]).splitlines()[2:4]
    return shown.partition("| ")[2], under.partition("| ")[2]


@pytest.mark.parametrize(
    ("line", "part", "columns", "length"),
    [
        ("\tstaff = x", "x", 4 + 8, 1),  # a tab is four columns
        ("人口 = 出生 + x", "出生", 4 + 3, 4),  # each ideograph is two columns wide
        ("cafe\u0301 = x", "x", 4 + 3, 1),  # e and its accent share a column
        ("a = b\x1b[2J + x", "x", 9 + 3, 1),  # an escape character is shown as one sign
        ("a = x\r", "x", 4, 1),
    ],
)
def test_carets_stand_under_what_they_mean(line: str, part: str, columns: int, length: int) -> None:
    _, under = carets(Source("a.sd", line + "\n"), part)
    assert under == " " * columns + "^" * length


def test_a_long_line_is_cut_around_the_part_that_is_meant() -> None:
    shown, under = carets(Source("a.sd", "a + " * 500 + "here" + " + b" * 500), "here")
    assert width(shown) <= WIDEST_LINE + 2
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert shown[under.index("^") :].startswith("here")
    assert under.count("^") == 4


def test_a_line_of_megabytes_is_cut_at_once() -> None:
    shown, under = carets(Source("a.sd", "x" * 3_000_000 + "here"), "here")
    assert shown[under.index("^") :] == "here"


def test_a_span_over_several_lines_marks_each_of_them() -> None:
    source = Source("a.sd", "table t(x) = (0, 0)\n  (1, 1)\n  (2, 2)\nstock s = 1\n")
    lines = plain([Diagnostic("a-code", "message", at(source, "(0, 0)\n  (1, 1)\n  (2, 2)"))]).splitlines()
    assert lines[2:] == [
        "  1 | table t(x) = (0, 0)",
        "    |              ^^^^^^",
        "  2 |   (1, 1)",
        "    |   ^^^^^^",
        "  3 |   (2, 2)",
        "    |   ^^^^^^",
    ]


def test_a_span_over_many_lines_shows_its_first_lines_and_its_last() -> None:
    source = Source("a.sd", "\n".join(f"line {number}" for number in range(1, 21)))
    lines = plain([Diagnostic("a-code", "message", Span(source, 0, len(source.text)))]).splitlines()
    assert [line.strip() for line in lines if "line" in line] == ["1 | line 1", "2 | line 2", "20 | line 20"]
    assert "     ..." in lines


def test_the_end_of_a_file_and_an_empty_file_have_a_place() -> None:
    source = Source("a.sd", "stock s =")
    assert plain([Diagnostic("a-code", "m", Span(source, 9, 9))]).splitlines()[3] == "    |          ^"
    assert plain([Diagnostic("empty-model", "m", Span(Source("b.sd", ""), 0, 0))]).splitlines()[1] == "  b.sd:1:1"


def test_a_span_that_ends_with_its_line_end_marks_one_line() -> None:
    source = Source("a.sd", "stock s = 1\nstock t = 2\n")
    assert plain([Diagnostic("a-code", "m", Span(source, 0, 12))]).splitlines()[2:] == [
        "  1 | stock s = 1",
        "    | ^^^^^^^^^^^",
    ]


def test_user_text_is_never_taken_for_markup_or_for_commands_to_the_terminal() -> None:
    shown = plain([Diagnostic("a-code", "`[red]` is [person]\x1b[31m\u202e", Span(Source("[b].sd", "x"), 0, 1))])
    assert "`[red]` is [person]␛[31m\ufffd" in shown
    assert "[b].sd:1:1" in shown
    assert "\x1b" not in shown


def test_a_message_that_quotes_megabytes_is_cut() -> None:
    diagnostic = Diagnostic("a-code", f"unknown name `{'x' * 1_000_000}`", None, hint="y" * 1_000_000)
    for shown in (plain([diagnostic]), one_line([diagnostic])):
        assert len(shown) < 2_100  # the message and the hint, a thousand characters each
        assert "xxx…" in shown


def test_characters_without_width_are_shown() -> None:
    assert visible("a\u200bb\u00ad") == "a\ufffdb\ufffd"
    assert visible("می\u200cخواهم 👩\u200d🌾") == "می\u200cخواهم 👩\u200d🌾"  # joiners belong to the writing


def test_colour_changes_nothing_but_colour() -> None:
    coloured = text([MISMATCH], COLOUR)
    assert "\x1b[1;31m" in coloured
    stripped = coloured
    for code in (COLOUR.error, COLOUR.message, COLOUR.faint, COLOUR.hint, COLOUR.reset):
        stripped = stripped.replace(code, "")
    assert stripped == plain([MISMATCH])


def test_a_fix_without_a_hint_is_said() -> None:
    source = Source("a.sd", "a = b = c")
    equals = Span(source, 6, 7)
    fixed = Diagnostic("single-equals", "`=` names a value", equals, fix=Edit(equals, "=="))
    assert plain([fixed]).splitlines()[-1] == "  = write `==` instead of `=`"


def test_one_line_is_one_line() -> None:
    assert one_line([MISMATCH]) == (
        "models/labor.sd:2:31: error[flow-unit]: `hiring` flows into `staff` (people), so it must be people/month; "
        "it is people * month (divide by `fill_time` instead of multiplying?)"
    )
    assert one_line([Diagnostic("a-code", "two\nlines", severity=Severity.WARNING)]) == "warning[a-code]: two lines"


def test_json_says_places_as_people_count_them() -> None:
    edit = Edit(at(LABOR, "*"), "/")
    data = json.loads(to_json([Diagnostic("flow-unit", "m", at(LABOR, "vacancies"), fix=edit)]))
    assert data == {
        "schema": 1,
        "diagnostics": [
            {
                "code": "flow-unit",
                "severity": "error",
                "message": "m",
                "span": {
                    "file": "models/labor.sd",
                    # the second line begins at offset 24; `vacancies` is its characters 31 to 39
                    "start": {"line": 2, "column": 31, "offset": 54},
                    "end": {"line": 2, "column": 40, "offset": 63},
                },
                "hint": None,
                "fix": {
                    "span": {
                        "file": "models/labor.sd",
                        "start": {"line": 2, "column": 41, "offset": 64},
                        "end": {"line": 2, "column": 42, "offset": 65},
                    },
                    "replacement": "/",
                },
                "notes": [],
            }
        ],
    }


def test_sarif_has_rules_relative_addresses_and_utf16_columns() -> None:
    source = Source("models/my file é.sd", "𝛼 = 出 + x\n")
    log = json.loads(
        sarif([Diagnostic("unknown-name", "unknown name `x`", at(source, "x"), hint="declare it"), MISMATCH])
    )
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert run["columnKind"] == "utf16CodeUnits"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["flow-unit", "unknown-name"]
    result = run["results"][0]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("unknown-name", 1, "error")
    assert result["message"]["text"] == "unknown name `x`; declare it"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "models/my%20file%20%C3%A9.sd", "uriBaseId": "%SRCROOT%"}
    # x is the ninth character, and 𝛼 before it takes two code units
    assert place["region"] == {"startLine": 1, "startColumn": 10, "endLine": 1, "endColumn": 11}
    assert run["results"][1]["relatedLocations"][0]["message"]["text"] == "`staff` [person] is declared here"


def test_sarif_is_the_same_every_time() -> None:
    assert sarif([MISMATCH, MISMATCH]) == sarif([MISMATCH, MISMATCH])


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_nothing_and_places_nowhere(name: str) -> None:
    assert "\x1b" not in FORMATS[name]([])
    assert "no place" in FORMATS[name]([Diagnostic("a-code", "no place")])


def test_visible_leaves_letters_of_all_scripts_alone() -> None:
    assert visible("人口 العمل é 𝛼 [x]") == "人口 العمل é 𝛼 [x]"
