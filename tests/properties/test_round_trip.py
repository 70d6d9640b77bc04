"""What is printed and read again is the same, tried on random trees of every declaration and expression."""

from hypothesis import HealthCheck, given, settings, strategies as st

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source
from sdlang.syntax import tree
from sdlang.syntax.parser import parse, parse_expression
from sdlang.syntax.printer import print_expression, print_file
from tests.trees import DECLARED, EXPRESSIONS, NOWHERE, without_groups, without_layout

TRIED = settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow])


@TRIED
@given(EXPRESSIONS)
def test_an_expression_that_is_printed_and_read_again_means_the_same(expression: tree.Expr) -> None:
    text = print_expression(expression)
    found: list[Diagnostic] = []
    again = parse_expression(Source("a.sd", text), found)
    assert not found, (text, found[0].message)
    assert again is not None
    assert without_groups(again) == without_groups(expression), text
    assert print_expression(again) == text


@TRIED
@given(st.lists(DECLARED, min_size=1, max_size=3))
def test_declarations_that_are_printed_and_read_again_are_the_same(declarations: list[tree.Declaration]) -> None:
    file = tree.File(NOWHERE, NOWHERE.source, tuple(declarations))
    text = print_file(file)
    found: list[Diagnostic] = []
    again = parse(Source("a.sd", text), found)
    assert not found, f"{found[0].message}\n{text}"
    assert without_layout(without_groups(again.declarations)) == without_layout(without_groups(file.declarations)), text
    assert print_file(again) == text
