"""The System of a model with arrays: an equation that is written once stays one, however many elements it is for."""

import pytest
import sympy

from sdlang.compiler import check
from sdlang.equations.build import build
from sdlang.equations.nodes import Builtin, Held, builtin
from sdlang.equations.system import System
from sdlang.model.cycles import Block
from sdlang.model.expressions import Axis, Index
from sdlang.source import Source

CLOCK = "simulate 2024 to 2034 years, step 1 month\n"
# Twelve equations: all kinds of what is written for elements.
TWELVE = """
dim place = 1 .. {elements}
param rate[place] = 10% / year + 1% / year * (place / {elements})
param wait[place] : years = 5
stock staff[place] = 100
stock trained[place] = 0
flow training[place]: staff -> trained = staff * rate
flow moving[place]: trained[place] -> trained[place + 1] = trained / wait
flow quits[place]: trained -> cloud = max(0, trained - 10) / wait
aux total = sum(staff + trained over place)
aux share[place] = (staff + trained) / total
aux gap[place] = if place == 1 then 0 else trained - trained[place - 1]
aux present[place] = if place == 1 then 1 else present[place - 1] * 0.9
aux above[place] = clip(gap / (1 + max(gap over place where gap > 0)), 0, 1) * share
"""


def system(text: str, data: str = "") -> System:
    return build(check(Source("a.sd", CLOCK + text), lambda _: data).model)


def nodes(made: System) -> int:
    expressions = [equation.expression for equation in (*made.parameters, *made.auxiliaries)]
    expressions += [part for state in made.states for part in (state.initial, state.rate)]
    return sum(1 for expression in expressions for _ in sympy.preorder_traversal(expression))


def equation(made: System, name: str) -> sympy.Expr:
    return next(e.expression for e in (*made.parameters, *made.auxiliaries) if e.name == name)


def test_the_number_of_elements_changes_neither_variables_nor_equations_nor_nodes() -> None:
    models = [check(Source("a.sd", CLOCK + TWELVE.format(elements=elements))).model for elements in (10, 1000)]
    systems = [build(model) for model in models]
    assert [len(model.variables) for model in models] == [12, 12]
    assert [len(made.parameters) + len(made.auxiliaries) + len(made.states) for made in systems] == [12, 12]
    assert nodes(systems[0]) == nodes(systems[1])


def test_what_is_computed_is_one_loop_for_each_equation() -> None:
    made = system(TWELVE.format(elements=1000))
    for order in (made.parameter_order, made.auxiliary_order, made.initial_order):
        assert all(len(block.names) == 1 and not block.elements for block in order)


def test_an_element_is_read_by_its_name_and_its_indices() -> None:
    made = system("dim i = 1 .. 3\nparam p[i] = i\naux a[i] = p\naux b[i] = if i == 1 then p[3] else p[i - 1]")
    assert equation(made, "a") == builtin("element", ("p", (Index("i"),)))
    test = Builtin("==", builtin("position", (Index("i"), 1)), sympy.Integer(1))
    picked, before = (builtin("element", ("p", (index,))) for index in (Index("", 2), Index("i", -1)))
    assert equation(made, "b") == Builtin("if", test, picked, before)
    assert {e.name: e.axes for e in made.auxiliaries}["a"] == (Axis("i", "i", 3),)


def test_a_sum_holds_its_axes_and_its_condition() -> None:
    made = system("dim i = 1 .. 3\nparam p[i] = i\naux a = sum(p over i where p > 1)")
    element = builtin("element", ("p", (Index("i"),)))
    condition = Builtin(">", element, sympy.Integer(1))
    assert equation(made, "a") == builtin("reduce", ("sum", (Axis("i", "i", 3),)), element, condition)


def test_a_table_of_elements_is_the_cases_of_its_loop() -> None:
    made = system("dim i = a, b, c\nparam p[i] = 5 except { b: 7 }")
    assert equation(made, "p") == builtin("cases", ("i", (1, 0, 1)), sympy.Integer(7), sympy.Integer(5))


def test_numbers_of_a_file_are_one_array() -> None:
    made = system('dim i = a, b\nparam p[i] = csv("d.csv")', "i,p\nb,2\na,1\n")
    assert equation(made, "p") == builtin("array", ((1.0, 2.0), (2,), (Index("i"),)))


def test_what_a_node_holds_is_not_computed() -> None:
    node = builtin("reduce", ("sum", (Axis("i", "i", 3),)), sympy.Symbol("x"))
    assert node.held == ("sum", (Axis("i", "i", 3),))
    assert node.arguments == (sympy.Symbol("x"),)
    assert node.free_symbols == {sympy.Symbol("x")}
    assert node.func(*node.args) == node
    assert Held((1, 2)) == Held((1, 2)) != Held((2, 1))


def test_the_rate_of_a_stock_is_one_expression_for_all_its_elements() -> None:
    made = system(
        "dim i = 1 .. 3\ndim j = a, b\nstock s[i] = 0\nflow f[i]: s[i] -> s[i + 1] = 1 / year\n"
        "flow g[i, j]: cloud -> s = 1 / year"
    )
    (state,) = made.states
    assert state.axes == (Axis("i", "i", 3),)
    entering, summed, leaving = state.rate.args
    assert entering.name == "if"  # the first element has nothing before it
    assert summed.held == ("sum", (Axis("g.j", "j", 2),))
    assert leaving == sympy.Mul(-1, builtin("element", ("f", (Index("i"),))), evaluate=False)
    assert [(transfer.flow, transfer.indices) for transfer in state.inflows] == [
        ("f", (Index("i", 1),)),
        ("g", (Index("i"),)),
    ]
    assert [(transfer.flow, transfer.indices) for transfer in state.outflows] == [("f", (Index("i"),))]


@pytest.mark.parametrize(
    ("lines", "block"),
    [
        # From the first to the last, as all are computed.
        ("aux x[i] = if i == 1 then 1 else x[i - 1]", Block(("x",))),
        ("aux x[i] = if i == 3 then 1 else x[i + 1]", Block(("x",), (("x", (2,)), ("x", (1,)), ("x", (0,))))),
        ("aux x[i] = if i == 2 then 1 else x[2]", Block(("x",), (("x", (1,)), ("x", (0,)), ("x", (2,))))),
    ],
)
def test_elements_that_read_one_another_have_an_order(lines: str, block: Block) -> None:
    assert system(f"dim i = 1 .. 3\n{lines}").auxiliary_order == (block,)


def test_a_list_is_an_equation_of_its_own() -> None:
    made = system("dim i = 1 .. 3\nstock s[i] = i\naux a[i] = 4 - rank(s over i)")
    hidden = equation(made, "a.rank.value")
    # The list runs over a loop of its own beside that of `a`.
    assert hidden == builtin("vector", ("rank", (Axis("i_2", "i", 3),)), builtin("element", ("s", (Index("i_2"),))))
    assert "a.rank.value" in [name for name, column in made.columns.items() if column.is_inner]


def test_a_memory_reads_how_much_has_come_in_all() -> None:
    made = system("dim i = 1 .. 3\nparam p[i] = i / 1 year\naux a[i] = conveyor_out(p, 2 years)")
    hidden = equation(made, "a.conveyor_out.value")
    assert (hidden.name, hidden.held) == ("memory", ("conveyor_out",))
    (tally,) = made.tallies
    assert (tally.rate, tally.axes) == (builtin("element", ("p", (Index("i"),))), (Axis("i", "i", 3),))
    assert hidden.arguments[0] == builtin("element", (tally.name, (Index("i"),)))
