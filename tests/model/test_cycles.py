"""Loops with no stock in them, and the order in which equations can be computed."""

from collections.abc import Mapping
from fractions import Fraction

import pytest

from sdlang.compiler import check
from sdlang.model.constants import evaluate, everywhere
from sdlang.model.cycles import Block, blocks, equation_of, find_cycles, in_order, start_of
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
    assert find_cycles(variables, start_of) == ((("s", ()), ("a", ())),)


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
    found = find_cycles(auxiliaries(**graph), equation_of)
    assert all(not places for loop in found for _, places in loop)  # none of them is split
    assert sorted(tuple(name for name, _ in loop) for loop in found) == loops


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


# Elements ------------------------------------------------------------------------------------------------------------


def element_model(lines: str) -> Mapping[str, Variable]:
    return check(Source("a.sd", f"{CLOCK}dim i = 1 .. 5\ndim j = a, b\n{lines}")).model.variables


def test_an_equation_that_reads_its_own_elements_further_back_has_the_order_of_all_others() -> None:
    variables = element_model("aux x[i, j] = if i == 1 then 1 else x[i - 1, a] + sum(x[i - 1, k] over k: j)")
    assert find_cycles(variables, equation_of) == ()
    assert blocks(variables, equation_of) == (Block(("x",)),)


@pytest.mark.parametrize(
    "lines",
    [
        "aux x[i] = if i == 1 then 1 else x[i - 1] * 2",
        "aux x[i] = if i == 5 then 1 else x[i + 1] * 2",
        "aux x[i] = if i == 3 then 1 else if i < 3 then x[i + 1] else x[i - 1]",
        "aux x[i] = if i == 1 then 1 else y[i - 1]\naux y[i] = x[i] + 1",
        "aux x[i, j] = if j == a then 1 else x[i, a]",
        "aux x[i] = x[3] + 1 except { 3: 1 }",
        "aux x[i] = 1 + sum(x[k] over k: i where k > i)",
    ],
)
def test_elements_come_after_those_that_they_read(lines: str) -> None:
    variables = element_model(lines)
    assert find_cycles(variables, equation_of) == ()
    (block,) = blocks(variables, equation_of)
    values: dict[tuple[str, tuple[int, ...]], float] = {}

    def value_of(name: str, *places: int) -> float:
        return values[name, places]  # a KeyError if the element is not computed yet

    natural = [(name, tuple(at.values())) for name in block.names for at in everywhere(variables[name].axes)]
    for name, places in block.elements or natural:
        at = {axis.loop: place for axis, place in zip(variables[name].axes, places, strict=True)}
        expression = equation_of(variables[name])
        assert expression is not None
        values[name, places] = evaluate(expression, value_of, at=at)
    assert set(values) == set(natural)


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("aux x[i] = x[i] + 1", "x[1] -> x[1]"),
        ("aux x[i] = if i == 5 then x[1] else x[i + 1]", "x[1] -> x[5] -> x[4] -> x[3] -> x[2] -> x[1]"),
        ("aux x[i] = x[3]", "x[3] -> x[3]"),
        ("aux x[i] = y[i]\naux y[i] = if i == 2 then x[2] else 1", "x[2] -> y[2] -> x[2]"),
        ("aux x[i] = sum(x[k] over k: i where k <= i)", "x[1] -> x[1]"),
    ],
)
def test_a_loop_of_elements_is_told_with_their_names(lines: str, path: str) -> None:
    (told,) = [
        found for found in diagnostics_of(f"{CLOCK}dim i = 1 .. 5\n{lines}", None) if found.code == "algebraic-loop"
    ]
    assert path in told.message.replace("`", "")
