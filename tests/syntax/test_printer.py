"""The standard form of a text: spaces, brackets, line breaks, comments; reading it again gives the same tree."""

from dataclasses import replace
from pathlib import Path

import pytest

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source, Span
from sdlang.syntax import tree
from sdlang.syntax.parser import parse, parse_expression
from sdlang.syntax.printer import WIDTH, print_declaration, print_expression, print_file, print_unit

MODELS = sorted((Path(__file__).parents[2] / "models").rglob("*.sd"))
LIBRARY = sorted((Path(__file__).parents[2] / "sdlang" / "stdlib").glob("*.sd"))


def read(text: str) -> tree.File:
    found: list[Diagnostic] = []
    file = parse(Source("a.sd", text), found)
    assert not found, [diagnostic.message for diagnostic in found]
    return file


def printed(text: str) -> str:
    return print_file(read(text))


def expression(text: str) -> tree.Expr:
    found: list[Diagnostic] = []
    read_ = parse_expression(Source("a.sd", text), found)
    assert read_ is not None
    assert not found
    return read_


@pytest.mark.parametrize(
    ("written", "standard"),
    [
        ("a+b*c", "a + b * c"),
        ("a^b", "a^b"),
        ("- a", "-a"),
        ("not  a>b", "not a > b"),
        ("max( a,b )", "max(a, b)"),
        ("smooth(x,6 months,order=3)", "smooth(x, 6 months, order = 3)"),
        ("8 % / year", "8% / year"),  # a plain share per something is a division: blanks around it
        ("35_000 HKD / person / year", "35_000 HKD/person/year"),  # a unit is written without blanks
        ("2.5   billion   HKD", "2.5 billion HKD"),
        ("3 m ^ 2", "3 m^2"),
        ("a per  b", "a per b"),
        ("if a>b then c else d", "if a > b then c else d"),
        ("held[ stage-1 ]", "held[stage - 1]"),
        ("((a))", "((a))"),  # brackets stay as the author wrote them
    ],
)
def test_spaces_stand_around_operators_and_not_inside_units(written: str, standard: str) -> None:
    assert print_expression(expression(written)) == standard


NOWHERE = Span(Source("a.sd", ""), 0, 0)


def name(text: str) -> tree.Name:
    return tree.Name(NOWHERE, text)


def both(operator: str, left: tree.Expr, right: tree.Expr) -> tree.Binary:
    return tree.Binary(NOWHERE, operator, left, right)


A, B, C = name("a"), name("b"), name("c")


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (both("*", both("+", A, B), C), "(a + b) * c"),
        (both("-", A, both("-", B, C)), "a - (b - c)"),
        (both("-", both("-", A, B), C), "a - b - c"),
        (both("/", A, both("*", B, C)), "a / (b * c)"),
        (both("^", both("^", A, B), C), "(a^b)^c"),
        (both("^", A, both("^", B, C)), "a^b^c"),
        (both("^", tree.Unary(NOWHERE, "-", A), B), "(-a)^b"),
        (tree.Unary(NOWHERE, "-", both("^", A, B)), "-a^b"),
        (tree.Unary(NOWHERE, "-", both("+", A, B)), "-(a + b)"),
        (tree.Unary(NOWHERE, "not", both("and", A, B)), "not (a and b)"),
        (both("<", both("<", A, B), C), "(a < b) < c"),
        (both("+", tree.Conditional(NOWHERE, A, B, C), A), "(if a then b else c) + a"),
    ],
)
def test_a_tree_without_brackets_gets_those_that_it_needs(made: tree.Expr, text: str) -> None:
    assert print_expression(made) == text


def test_the_power_of_a_quantity_keeps_its_base_together() -> None:
    base = tree.Number(NOWHERE, "3", unit="m")
    assert print_expression(both("^", base, tree.Number(NOWHERE, "2"))) == "(3 m)^2"


def test_a_unit_behind_per_keeps_together() -> None:
    made = tree.Stock(NOWHERE, tree.Layout(), A, (), "", both("per", A, both("*", B, C)), A)
    assert print_declaration(made) == "stock a : a per (b*c) = a"


def test_words_between_operands_keep_their_blanks() -> None:
    line = "simulate 0 to 10 years, step a or b\n"
    assert printed(line) == line


@pytest.mark.parametrize(
    "line",
    [
        'model "A labor pool"',
        "simulate 2024 to 2034 years, step 1 month, using rk4, save every 1 quarter",
        "unit person = people = persons",
        "unit dozen = 12 robots",
        'param attrition "Attrition" : 1/year = 8% / year in 2% .. 20% per year',
        'stock staff "Staff" : people = 1_000 people',
        'flow quits "Quits": staff -> cloud : people/year = staff * attrition',
        'aux gap "Gap" : people = target - staff',
        'table pull(gap : people) "Pull" : 1/year = (0, 0) (0.2, 0.1) (1, 1), linear, hold',
        'series robots : robot = csv("data/r.csv", time = "year", value = "stock"), step, hold',
        "expect staff >= 0 people always",
        "expect conserved(people_in_all)",
        "expect staff > 1 at 2030",
        'plot "Staff and its target" staff, target',
        'table "At a glance" staff, quits at 2025, 2030',
        'scenario fund "The fund" {\n  size = 5 people from 2026\n  expect staff > 1\n}',
        'report {\n  text "By {{ staff at 2030 }}."\n  plot staff\n  diagram\n}',
        "component c(x, time : year = 3 months) returns y {\n  dim stage = 1 .. 3\n  stock held[stage] = 0\n"
        "  aux y = held[3] * x / time\n}",
    ],
)
def test_every_declaration_is_printed_as_it_is_written_by_hand(line: str) -> None:
    assert printed(line + "\n") == line + "\n"


def test_documentation_comments_and_single_blank_lines_stay_where_they_are() -> None:
    text = (
        "# A first comment.\n\n## What it is.\nstock a = 1  # behind\nstock b = 2\n\n# Before the scenario.\n"
        "scenario s {  # at the brace\n  # inside\n  a = 3\n\n  b = 4\n  # at its end\n}\n\n# The end.\n"
    )
    assert printed(text) == text


def test_blank_lines_are_never_doubled_and_never_lead() -> None:
    assert printed("\n\n\nstock a = 1\n\n\n\nstock b = 2\n\n\n") == "stock a = 1\n\nstock b = 2\n"


def test_a_comment_inside_an_expression_moves_above_its_declaration() -> None:
    assert printed("aux a = b +\n  # why\n  c\n") == "# why\naux a = b + c\n"


def test_a_long_declaration_is_broken_before_its_outermost_operators() -> None:
    terms = [f"a_rather_long_name_{number} * factor" for number in range(6)]
    text = printed(f"aux total = {' + '.join(terms)}\n")
    first, *rest = text.splitlines()
    assert first == "aux total ="
    assert rest == ["    " + terms[0], *(f"    + {term}" for term in terms[1:])]
    assert max(map(len, text.splitlines())) <= WIDTH
    assert read(text) == read(f"aux total = {' + '.join(terms)}\n")


def test_a_long_choice_is_broken_at_its_elses() -> None:
    written = " else ".join(f"if a_long_name > {n} then a_value_of_{n} * another_name" for n in range(4))
    text = printed(f"aux a = {written} else 0\n")
    assert [line.split()[0] for line in text.splitlines()[1:]] == ["if", "else", "else", "else", "else"]
    assert read(text) == read(f"aux a = {written} else 0\n")


def test_a_long_table_goes_on_in_the_next_line() -> None:
    points = " ".join(f"({number}, {number / 10})" for number in range(40))
    text = printed(f"table t(x) = {points}, linear, hold\n")
    assert len(text.splitlines()) > 1
    assert max(map(len, text.splitlines())) <= WIDTH + len(", linear, hold")
    assert read(text) == read(f"table t(x) = {points}, linear, hold\n")


def test_a_unit_is_shown_with_a_stroke_also_where_per_was_written() -> None:
    assert print_unit(expression("person per month")) == "person/month"
    assert print_unit(expression("person * hour / month ^ 2")) == "person*hour/month^2"
    assert print_unit(expression("1 / (person * month)")) == "1/(person*month)"


def test_a_declaration_is_printed_alone_without_the_blank_lines_before_it() -> None:
    (_, second) = read("stock a = 1\n\n## Why.\nstock b = 2\n").declarations
    assert print_declaration(second) == "## Why.\nstock b = 2"
    assert print_declaration(replace(second, layout=tree.Layout())) == "stock b = 2"


@pytest.mark.parametrize("path", [*MODELS, *LIBRARY], ids=lambda path: path.name)
def test_every_model_keeps_its_meaning_and_its_comments_when_it_is_printed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    once = printed(text)
    assert read(once) == read(text)
    assert printed(once) == once
    assert once.count("#") == text.count("#")


def test_a_file_of_nothing_but_comments_keeps_them() -> None:
    found: list[Diagnostic] = []
    file = parse(Source("a.sd", "# one\n\n# two\n"), found)
    assert print_file(file) == "# one\n\n# two\n"
    assert print_file(replace(file, after=())) == ""
