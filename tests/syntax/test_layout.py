"""How a text falls into statements: where a line goes on, what a block holds, where comments belong."""

import pytest

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source
from sdlang.syntax.layout import Statement, split


def cut(text: str) -> tuple[Statement, ...]:
    found: list[Diagnostic] = []
    statements, _ = split(Source("a.sd", text), text, found)
    assert not found, [diagnostic.message for diagnostic in found]
    return statements


def told(text: str) -> list[tuple[str, int]]:
    """Code and line of each mistake."""
    found: list[Diagnostic] = []
    split(Source("a.sd", text), text, found)
    return [(d.code, d.span.position().line) for d in found if d.span]


def test_a_statement_ends_with_its_line() -> None:
    assert [s.span.text for s in cut("stock a = 1\nstock b = 2")] == ["stock a = 1", "stock b = 2"]


@pytest.mark.parametrize(
    "text",
    [
        "aux a = b +\n  c",
        "aux a = b\n  + c",
        "aux a =\n  b",
        "aux a = max(b,\n  c\n)",
        "aux a = if b > c\n  then d\n  else e",
        "aux a = b and\n  c",
        "aux a = b\n  or c",
        "flow a: b\n  -> c = 1",
        "flow a: b -> c\n  = 1",
        "param a = 1 in\n  0 .. 2",
        "param a = 1\n  in 0 .. 2",
        "param a = 8%\n  per year",
        "plot a,\n  b",
        "simulate 0 to 1 year,\n  step 1 month",
        "table t(x) = (0, 0)\n  (1, 1)\n  (2, 2)",
        "aux a = b\n\n  + c",
        "aux a = b  # why\n  + c",
        "aux a = b +\n  # why\n  c",
        "aux a = (\n  # why\n  b\n)",
    ],
)
def test_a_statement_goes_on_behind_an_operator_before_one_and_inside_brackets(text: str) -> None:
    assert [s.span.text for s in cut(text + "\nstock z = 1")] == [text, "stock z = 1"]


def test_a_bracket_at_the_start_of_a_line_goes_on_with_a_table_only() -> None:
    assert len(cut("aux a = b\n(c)")) == 2


@pytest.mark.parametrize("block", ["scenario s", "report", "component c(x) returns y"])
def test_a_block_holds_its_statements(block: str) -> None:
    (statement,) = cut(f"{block} {{\n  a = 1\n  b = 2\n}}\n")
    assert statement.span.text.strip() == block
    assert statement.block is not None
    assert [inner.span.text for inner in statement.block] == ["a = 1", "b = 2"]


def test_an_empty_block_is_a_block() -> None:
    (statement,) = cut("scenario s {}")
    assert statement.block == ()


def test_comments_documentation_and_blank_lines_belong_to_what_follows() -> None:
    first, second = cut("# one\n\n## What it is.\n## And why.\nstock a = 1  # behind\n\n\n# two\nstock b = 2\n")
    assert first.layout.before == ("# one", "")
    assert first.layout.documentation == ("What it is.", "And why.")
    assert first.layout.after == "# behind"
    assert second.layout.before == ("", "# two")  # of several blank lines, one is kept
    assert second.layout.documentation == ()


def test_three_marks_are_a_comment_and_no_documentation() -> None:
    (statement,) = cut("### A heading\nstock a = 1")
    assert statement.layout.documentation == ()
    assert statement.layout.before == ("### A heading",)


def test_documentation_that_a_comment_cuts_off_becomes_a_comment() -> None:
    (statement,) = cut("## Of nothing.\n# But a comment.\nstock a = 1")
    assert statement.layout.documentation == ()
    assert statement.layout.before == ("## Of nothing.", "# But a comment.")


def test_a_comment_inside_an_expression_moves_above_it() -> None:
    (statement,) = cut("aux a = b +\n  # why\n  c")
    assert statement.layout.before == ("# why",)


def test_comments_at_the_end_stay_at_the_end() -> None:
    text = "stock a = 1\n\n# last\n## lost\n\n"
    statements, after = split(Source("a.sd", text), text, [])
    assert len(statements) == 1
    assert after == ("", "# last", "## lost")
    (block,) = cut("scenario s {\n  a = 1\n  # last\n}")
    assert block.after == ("# last",)


def test_marks_inside_a_text_are_text() -> None:
    first, second = cut('plot "a # b { ( " a\nstock c = 1')
    assert first.span.text == 'plot "a # b { ( " a'
    assert second.word == "stock"
    (report,) = cut('report {\n  text """\n  # no comment } ( "\n  """\n}')
    assert report.block is not None
    assert len(report.block) == 1


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("stock a = (1\nstock b = 2", [("unclosed-bracket", 1)]),
        ("aux a = max(1,\n  2\nstock b = 2", [("unclosed-bracket", 1)]),
        ("aux a = 1)\nstock b = 2", [("stray-bracket", 1)]),
        ("aux a = max(1]\nstock b = 2", [("stray-bracket", 1)]),
        ("}\nstock b = 2", [("stray-bracket", 1)]),
        ("scenario s {\n  a = 1\nstock b = 2", [("unclosed-bracket", 1)]),
        ("scenario s {\n  a = 1\n", [("unclosed-bracket", 1)]),
        ('plot "title\nstock b = 2', [("unclosed-string", 1)]),
        ('report {\n text """\n never\n', [("unclosed-string", 2), ("unclosed-bracket", 1)]),
    ],
)
def test_what_is_never_closed_is_told_where_it_opens(text: str, mistakes: list[tuple[str, int]]) -> None:
    assert sorted(told(text)) == sorted(mistakes)


def test_reading_goes_on_with_the_next_declaration_after_an_open_bracket() -> None:
    found: list[Diagnostic] = []
    text = 'stock a = (1\nstock b = 2\nplot "x\nstock c = 3'
    statements, _ = split(Source("a.sd", text), text, found)
    assert [s.word for s in statements] == ["stock", "stock", "plot", "stock"]
    assert statements[1].span.text == "stock b = 2"


def test_a_bracket_of_the_wrong_kind_shows_the_one_that_is_open() -> None:
    found: list[Diagnostic] = []
    text = "aux a = max(1]"
    split(Source("a.sd", text), text, found)
    (note,) = found[0].notes
    assert note.span is not None
    assert (note.span.start, note.span.text) == (11, "(")


def test_brackets_nest_as_deep_as_people_write_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        return "aux a = " + "(" * depth + "1" + ")" * depth

    assert told(nested(100)) == []
    assert told(nested(101)) == [("too-deep", 1)]


def test_text_of_any_kind_falls_into_statements_without_losing_a_character() -> None:
    text = "stock a = 1 € ? ;\n\n  @@ b\n\tstock c = 2"
    statements = cut(text)
    outside = text
    for statement in statements:
        outside = outside.replace(statement.span.text, "", 1)
    assert outside.strip() == ""
