"""Loops with no stock in them, and the order in which equations can be computed."""

from fractions import Fraction

import pytest

from sdlang.compiler import check
from sdlang.model.cycles import equation_of, find_cycles, in_order, start_of
from sdlang.model.expressions import Apply, Constant, Expr, Reference
from sdlang.model.model import Auxiliary, Stock, Variable
from sdlang.source import Source, Span
from tests.expected import diagnostics_of

CLOCK = "simulate 0 to 10 years, step 1 month\n"
HERE = Span(Source("a.sd", ""), 0, 0)


def reads(*names: str) -> Expr:
    return Apply(HERE, "max", (Constant(HERE, Fraction(1), None), *(Reference(HERE, name) for name in names)))


def auxiliaries(**graph: str) -> dict[str, Variable]:
    """Auxiliaries that read the variables named behind them: `a="b c"`."""
    return {name: Auxiliary(name=name, span=HERE, value=reads(*read.split())) for name, read in graph.items()}


def test_each_variable_comes_after_all_that_it_reads() -> None:
    variables = auxiliaries(a="b c", b="c d", c="d", d="")
    order = in_order(variables, equation_of)
    assert sorted(order) == ["a", "b", "c", "d"]
    for name, variable in variables.items():
        for read in ("b c", "c d", "d", "")["abcd".index(name)].split():
            assert order.index(read) < order.index(variable.name)


def test_a_chain_of_any_length_is_put_in_order() -> None:
    variables = auxiliaries(**{f"x{n}": f"x{n + 1}" for n in range(20_000)}, x20000="")
    assert in_order(variables, equation_of) == tuple(f"x{n}" for n in range(20_000, -1, -1))
    assert find_cycles(variables, equation_of) == ()


def test_a_stock_cuts_a_loop_at_any_time_but_not_at_the_start() -> None:
    variables: dict[str, Variable] = {
        "s": Stock(name="s", span=HERE, initial=reads("a")),
        **auxiliaries(a="s"),
    }
    assert find_cycles(variables, equation_of) == ()
    assert find_cycles(variables, start_of) == (("s", "a"),)


@pytest.mark.parametrize(
    ("graph", "loops"),
    [
        ({"a": "a"}, [("a",)]),
        ({"a": "b", "b": "a"}, [("a", "b")]),
        # a reads c, c reads b, b reads a: a value goes from a to b to c and back to a
        ({"a": "c", "b": "a", "c": "b"}, [("a", "b", "c")]),
        ({"a": "b", "b": "c", "c": "b"}, [("b", "c")]),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, [("a", "b"), ("c", "d")]),
        ({"a": "b c", "b": "", "c": ""}, []),
        ({"a": "b c", "b": "d", "c": "d", "d": ""}, []),  # two ways to d are no loop
    ],
)
def test_a_loop_is_found_once_in_the_order_in_which_a_value_goes_round(
    graph: dict[str, str], loops: list[tuple[str, ...]]
) -> None:
    assert sorted(find_cycles(auxiliaries(**graph), equation_of)) == loops


def test_a_loop_is_told_with_all_who_take_part_and_a_way_out() -> None:
    (found,) = diagnostics_of(CLOCK + "aux a = b + 1\naux b = c * 2\naux c = a / 3", None)
    assert found.code == "algebraic-loop"
    assert found.message == (
        "`a`, `c` and `b` depend on each other with no stock between them: `a` -> `c` -> `b` -> `a`"
    )
    assert found.hint == "break the loop with a stock, or with a delay such as `smooth(b, 1 month, initial = ...)`"
    assert [note.message for note in found.notes] == ["`c`", "`b`"]


def test_a_variable_that_reads_itself_is_a_loop_of_one() -> None:
    (found,) = diagnostics_of(CLOCK + "aux a = a + 1", None)
    assert found.message == "`a` depends on itself with no stock in between: `a` -> `a`"


def test_a_smooth_in_the_loop_breaks_it() -> None:
    assert diagnostics_of(CLOCK + "aux a = b + 1\naux b = smooth(a, 1 year, initial = 0) / 2", None) == ()


def test_a_smooth_that_starts_at_its_own_input_is_a_loop_at_the_start_shown_at_its_use() -> None:
    (found,) = diagnostics_of(CLOCK + "aux a = b + 1\naux b = smooth(a, 1 year) / 2", None)
    assert found.code == "initial-loop"
    assert found.span is not None
    assert {found.span.source.name, *(n.span.source.name for n in found.notes if n.span)} == {"program.sd"}


def test_stocks_may_start_at_values_of_each_other() -> None:
    found = check(Source("a.sd", CLOCK + "stock a = b * 2\nstock b = 3\naux c = a")).model
    order = in_order(found.variables, start_of)
    assert order.index("b") < order.index("a") < order.index("c")
