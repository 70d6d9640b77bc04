"""What holds for all texts and all models, tried on random ones."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import sdlang
from sdlang.compiler import check
from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.render import plain
from sdlang.results.run import Array
from sdlang.source import Source, Span
from sdlang.syntax import tree
from sdlang.syntax.build import SCALE_WORDS
from sdlang.syntax.parser import parse, parse_expression
from sdlang.syntax.printer import print_expression, print_file
from sdlang.syntax.words import DECLARATIONS, PRECEDENCE, RESERVED

MODELS = sorted((Path(__file__).parents[2] / "models").rglob("*.sd"))
TRIED = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
RUN = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])

NOWHERE = Span(Source("a.sd", ""), 0, 0)

# Trees ---------------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["a", "b", "staff", "time_to_fill", "x1", "perceived.trend", "人口", "größe", "step", "at_once"]
)
NAMES = st.builds(tree.Name, st.just(NOWHERE), WORDS)
PLAIN = st.builds(tree.Name, st.just(NOWHERE), st.sampled_from(["a", "b", "staff", "人口"]))
UNITS = st.sampled_from(["people", "year", "HKD", "人"])
DIGITS = st.sampled_from(["0", "5", "1_200", "0.25", "1e-3", "2.5", "12"])
NUMBERS = st.one_of(
    st.builds(tree.Number, st.just(NOWHERE), DIGITS),
    st.builds(tree.Number, st.just(NOWHERE), DIGITS, st.booleans(), st.sampled_from(["", *SCALE_WORDS])),
    st.builds(
        tree.Number,
        st.just(NOWHERE),
        DIGITS,
        st.booleans(),
        st.sampled_from(["", *SCALE_WORDS]),
        UNITS,
        st.sampled_from([1, 1, 2, 3, -1]),
    ),
)


def binary(operator: str, left: tree.Expr, right: tree.Expr) -> tree.Expr:
    """An operation; a number with a unit is no base of a power, since `3 m^2` are square metres."""
    if operator == "^" and isinstance(left, tree.Number) and (left.unit or left.scale):
        left = tree.Group(NOWHERE, left)
    return tree.Binary(NOWHERE, operator, left, right)


def larger(inner: st.SearchStrategy[tree.Expr]) -> st.SearchStrategy[tree.Expr]:
    arguments = st.lists(
        st.builds(tree.Argument, st.just(NOWHERE), st.sampled_from(["", "", "order"]), inner), min_size=1, max_size=3
    )
    return st.one_of(
        st.builds(binary, st.sampled_from(list(PRECEDENCE)), inner, inner),
        st.builds(tree.Unary, st.just(NOWHERE), st.sampled_from(["-", "+", "not"]), inner),
        st.builds(tree.Conditional, st.just(NOWHERE), inner, inner, inner),
        st.builds(tree.Call, st.just(NOWHERE), PLAIN, arguments.map(tuple)),
        st.builds(tree.Subscript, st.just(NOWHERE), PLAIN, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        st.builds(tree.Group, st.just(NOWHERE), inner),
    )


EXPRESSIONS: st.SearchStrategy[tree.Expr] = st.recursive(st.one_of(NAMES, NUMBERS), larger, max_leaves=12)
# Where the language wants an expression without `if`, one in brackets will do.
OPERATIONS = EXPRESSIONS.map(lambda e: tree.Group(NOWHERE, e) if isinstance(e, tree.Conditional) else e)


def without_groups(node: Any) -> Any:
    """A tree without the brackets that were written, which leaves what they meant."""
    if isinstance(node, tree.Group):
        return without_groups(node.inner)
    if isinstance(node, tuple):
        return tuple(without_groups(item) for item in node)
    if isinstance(node, tree.Node):
        changed = {field.name: without_groups(getattr(node, field.name)) for field in fields(node)}
        return type(node)(**changed)
    return node


def without_layout(node: Any) -> Any:
    """A tree without comments and blank lines, some of which the printer moves."""
    if isinstance(node, tree.Layout):
        return tree.Layout()
    if isinstance(node, tuple):
        return tuple(without_layout(item) for item in node)
    if isinstance(node, tree.Declaration):
        return type(node)(**{field.name: without_layout(getattr(node, field.name)) for field in fields(node)})
    return node


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


def unit_product(operator: str, left: tree.Expr, right: tree.Expr) -> tree.Expr:
    """A product of units as the reader makes it: what stands behind an operator is one unit or has brackets."""
    right = tree.Group(NOWHERE, right) if isinstance(right, tree.Binary) else right
    return tree.Binary(NOWHERE, operator, left, right)


LABELS = st.sampled_from(["", "A label", "Größe, in %", "{ # ( }"])
UNIT_EXPRESSIONS: st.SearchStrategy[tree.Expr] = st.recursive(
    st.one_of(
        st.builds(tree.Name, st.just(NOWHERE), UNITS),
        st.builds(tree.Number, st.just(NOWHERE), st.sampled_from(["1", "12"])),
    ),
    lambda inner: st.builds(unit_product, st.sampled_from(["*", "/", "per"]), inner, inner),
    max_leaves=4,
)
UNIT = st.one_of(st.none(), UNIT_EXPRESSIONS)
LINES = st.sampled_from(["What it is.", "And why: `a` -> b.", "", "# in the text"])
LAYOUTS = st.builds(
    tree.Layout,
    st.lists(st.sampled_from(["# a comment", "#### b"]), max_size=2).map(tuple),
    st.lists(LINES, max_size=2).map(lambda lines: tuple(line for line in lines if line)),
    st.sampled_from(["", "", "# behind"]),
)
RANGES = st.builds(tree.Range, st.just(NOWHERE), OPERATIONS, OPERATIONS)
POINTS = st.builds(tree.Point, st.just(NOWHERE), EXPRESSIONS, EXPRESSIONS)
NO_INDEX: st.SearchStrategy[tuple[tree.Name, ...]] = st.just(())
INDICES = st.one_of(NO_INDEX, PLAIN.map(lambda name: (name,)))
HERE = st.just(NOWHERE)
TIMES = st.one_of(NUMBERS, st.builds(tree.Binary, HERE, st.just("/"), NUMBERS, NUMBERS))
SOME_NAMES = st.lists(PLAIN, min_size=1, max_size=3).map(tuple)
WAYS = (st.sampled_from(["", "linear", "step", "spline"]), st.sampled_from(["", "hold", "extrapolate", "error"]))
STOCKS = st.builds(tree.Stock, HERE, LAYOUTS, PLAIN, INDICES, LABELS, UNIT, EXPRESSIONS)
FLOWS = st.builds(
    tree.Flow,
    HERE,
    LAYOUTS,
    PLAIN,
    INDICES,
    LABELS,
    UNIT,
    st.one_of(st.none(), PLAIN),
    st.one_of(st.none(), PLAIN, st.builds(tree.Subscript, HERE, PLAIN, st.tuples(OPERATIONS))),
    EXPRESSIONS,
)
AUXILIARIES = st.builds(tree.Auxiliary, HERE, LAYOUTS, PLAIN, INDICES, LABELS, UNIT, EXPRESSIONS)
PARAMETERS = st.builds(tree.Parameter, HERE, LAYOUTS, PLAIN, LABELS, UNIT, EXPRESSIONS, st.one_of(st.none(), RANGES))
EXPECTS = st.one_of(
    st.builds(tree.Expect, HERE, LAYOUTS, EXPRESSIONS, st.sampled_from(["", "always"]), st.none()),
    st.builds(tree.Expect, HERE, LAYOUTS, EXPRESSIONS, st.sampled_from(["at", "after", "before"]), OPERATIONS),
)
PLOTS = st.builds(tree.Plot, HERE, LAYOUTS, LABELS, SOME_NAMES)
REQUESTS = st.builds(tree.TableRequest, HERE, LAYOUTS, LABELS, SOME_NAMES, st.lists(OPERATIONS, max_size=2).map(tuple))
OVERRIDES = st.builds(tree.Override, HERE, LAYOUTS, PLAIN, EXPRESSIONS, st.one_of(st.none(), OPERATIONS))
PROSE = st.builds(tree.Prose, HERE, LAYOUTS, st.sampled_from(["One line.", "\n  Two\n  lines {{ a at 3 }}.\n"]))
SECTIONS = st.builds(tree.Section, HERE, LAYOUTS, st.sampled_from(["diagram", "equations"]))
DIMENSIONS = st.builds(tree.Dimension, HERE, LAYOUTS, PLAIN, RANGES)
PORTS = st.builds(tree.Port, HERE, PLAIN, UNIT, st.one_of(st.none(), EXPRESSIONS))


def some(*items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.one_of(*items), max_size=3).map(tuple)


DECLARED = st.one_of(
    STOCKS,
    FLOWS,
    AUXILIARIES,
    PARAMETERS,
    EXPECTS,
    PLOTS,
    REQUESTS,
    st.builds(tree.Title, HERE, LAYOUTS, LABELS),
    st.builds(
        tree.Simulate,
        HERE,
        LAYOUTS,
        EXPRESSIONS,
        EXPRESSIONS,
        st.one_of(st.none(), TIMES),
        st.one_of(st.none(), PLAIN),
        st.one_of(st.none(), TIMES),
    ),
    st.builds(tree.UnitDeclaration, HERE, LAYOUTS, SOME_NAMES, st.none()),
    st.builds(
        tree.Table,
        HERE,
        LAYOUTS,
        PLAIN,
        PLAIN,
        UNIT,
        LABELS,
        UNIT,
        st.lists(POINTS, min_size=1, max_size=4).map(tuple),
        *WAYS,
    ),
    st.builds(
        tree.Series,
        HERE,
        LAYOUTS,
        PLAIN,
        LABELS,
        UNIT,
        st.just(
            tree.Call(
                NOWHERE,
                tree.Name(NOWHERE, "csv"),
                (tree.Argument(NOWHERE, "", tree.Text(NOWHERE, "data/d.csv")),),
            )
        ),
        *WAYS,
    ),
    st.builds(tree.Scenario, HERE, LAYOUTS, PLAIN, LABELS, some(OVERRIDES, EXPECTS)),
    st.builds(tree.Report, HERE, LAYOUTS, some(PROSE, PLOTS, REQUESTS, SECTIONS)),
    st.builds(
        tree.Component,
        HERE,
        LAYOUTS,
        PLAIN,
        st.lists(PORTS, max_size=2).map(tuple),
        PLAIN,
        some(DIMENSIONS, PARAMETERS, STOCKS, FLOWS, AUXILIARIES),
    ),
)


@settings(TRIED, max_examples=250)
@given(st.lists(DECLARED, min_size=1, max_size=3))
def test_declarations_that_are_printed_and_read_again_are_the_same(declarations: list[tree.Declaration]) -> None:
    file = tree.File(NOWHERE, NOWHERE.source, tuple(declarations))
    text = print_file(file)
    found: list[Diagnostic] = []
    again = parse(Source("a.sd", text), found)
    assert not found, f"{found[0].message}\n{text}"
    assert without_groups(again.declarations) == without_groups(file.declarations), text
    assert print_file(again) == text


# Nothing but diagnostics ---------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *DECLARATIONS,
        *RESERVED,
        *PRECEDENCE,
        *"()[]{}=,:.%\"#&;'!?@",
        *("->", "..", '"""', "==", "\n", "\n", "\n\n", "  ", "\t", "\r\n", "## ", "\u2028", "\ufeff"),
        *("a", "b", "staff", "time", "people", "years", "人口", "1", "0", "2024", "1e400", "1e-3", "5_000", "8%"),
        *("smooth(", "delay(", "max(", "step(", "csv(", "conserved(", "a[", "{{ a at 3 }}", "million", "year^2"),
        *("simulate 0 to 10 years, step 1 year\n", "stock a = 1\n", "flow f: a -> cloud = a / 1 year\n"),
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60)
)


def only_diagnostics(text: str) -> None:
    """The reader and the compiler give diagnostics, whatever the text, and each points into its text."""
    source = Source("a.sd", text)
    found: list[Diagnostic] = []
    file = parse(source, found)
    if not found:
        printed = print_file(file)
        again = parse(Source("a.sd", printed), found)
        assert not found, printed
        assert without_layout(again.declarations) == without_layout(file.declarations)
        assert print_file(again) == printed
    try:
        found.extend(check(source).warnings)
    except ModelError as mistakes:
        found.extend(mistakes.diagnostics)
    assert bool(plain(found)) == bool(found)
    for diagnostic in found:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", diagnostic.code)
        assert diagnostic.message
        for span in (diagnostic.span, *(note.span for note in diagnostic.notes)):
            if span is not None:
                assert 0 <= span.start <= span.end <= len(span.source.text)


@settings(TRIED, max_examples=400)
@given(TEXTS)
def test_any_text_gets_nothing_but_diagnostics(text: str) -> None:
    only_diagnostics(text)


@TRIED
@given(TEXTS)
def test_any_expression_gets_nothing_but_diagnostics(text: str) -> None:
    parse_expression(Source("a.sd", text), [])
    only_diagnostics(f"simulate 0 to 10 years, step 1 year\nstock a = 1\naux b = {text}\n")


SMALL = [path.read_text(encoding="utf-8") for path in MODELS if path.stat().st_size < 4_000]


@settings(TRIED, max_examples=100)
@given(st.sampled_from(SMALL), st.data())
def test_a_model_with_something_cut_doubled_or_put_in_gets_nothing_but_diagnostics(
    text: str, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        stop = min(len(text), start + data.draw(st.sampled_from([0, 1, 1, 3, 20])))
        put_in = data.draw(st.one_of(st.just(""), PIECES, st.just(text[start:stop] * 2)))
        text = text[:start] + put_in + text[stop:]
    only_diagnostics(text)


@settings(TRIED, max_examples=60)
@given(st.sampled_from(SMALL), st.data())
def test_a_model_whose_lines_are_shuffled_means_the_same_or_is_told(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    first, second = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[first], lines[second] = lines[second], lines[first]
    only_diagnostics("\n".join(lines))


# Random models -------------------------------------------------------------------------------------------------------

CONSTANTS = st.sampled_from(["0.5", "1", "2", "-1.5", "0.1", "3"])


def formulas(names: list[str], with_kinks: bool) -> st.SearchStrategy[str]:
    """Equations over some names, whose divisors are never 0."""

    def larger_formula(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        forms = ["({} + {})", "({} - {})", "({} * {})"]
        forms += ["({} / (1 + abs({})))", "min({}, {})", "max({}, {})"] if with_kinks else ["({0} / (1 + {1} * {1}))"]
        return st.builds(str.format, st.sampled_from(forms), inner, inner)

    leaves = st.one_of(st.sampled_from(names), st.sampled_from(names), CONSTANTS)
    return st.recursive(leaves, larger_formula, max_leaves=4)


@st.composite
def models(draw: st.DrawFn, with_kinks: bool) -> str:
    """A model of stocks, flows between them and the cloud, and auxiliaries, with all values held within bounds."""
    stocks = [f"s{number}" for number in range(draw(st.integers(1, 3)))]
    names = [*stocks, "p"]
    lines = [f"param p = {draw(CONSTANTS)}", "plot p"]
    lines += [f"stock {name} = {draw(CONSTANTS)}" for name in stocks]
    for number in range(draw(st.integers(0, 3))):
        lines.append(f"aux a{number} = tanh({draw(formulas(names, with_kinks))} / 4)")
        names.append(f"a{number}")
    for number in range(draw(st.integers(1, 4))):
        ends = draw(st.permutations([*stocks, "cloud"]))[:2]
        lines.append(f"flow f{number}: {ends[0]} -> {ends[1]} = tanh({draw(formulas(names, with_kinks))} / 4) / 1 year")
    return "\n".join(draw(st.permutations(lines)))


@RUN
@given(models(with_kinks=True))
def test_the_fixed_engine_gives_the_numbers_of_the_reference(text: str) -> None:
    model = sdlang.compile("simulate 0 to 3 years, step 1/16 year\n" + text)
    reference, fixed = model.run(engine="reference"), model.run(engine="fixed", method="euler")
    assert set(reference) == set(fixed)
    for name in reference:
        np.testing.assert_allclose(fixed[name], reference[name], rtol=1e-9, atol=1e-12)


@RUN
@given(models(with_kinks=False))
def test_small_fixed_steps_and_adaptive_ones_agree(text: str) -> None:
    model = sdlang.compile("simulate 0 to 2 years, step 1/32 year, save every 1/2 year\n" + text)
    coarse, fine = model.run(method="rk4"), model.run(method="rk4", step="1/64 year")
    adaptive = model.run(method="dop853")
    stocks = [name for name in coarse if name.startswith("s")]
    # RK4's error at the half step is about a 15th of what the halving changed.
    assume(all(np.max(np.abs(coarse[name] - fine[name])) < 1e-7 for name in stocks))
    for name in stocks:
        np.testing.assert_allclose(fine[name], adaptive[name], rtol=1e-6, atol=1e-6)


@st.composite
def closed(draw: st.DrawFn) -> tuple[list[str], str]:
    """Stocks that flow into each other and nowhere else."""
    stocks = [f"s{number}" for number in range(draw(st.integers(2, 4)))]
    lines = [f"stock {name} = {draw(st.integers(1, 1_000_000))}" for name in stocks]
    for number in range(draw(st.integers(1, 5))):
        source, target = draw(st.permutations(stocks))[:2]
        share = draw(st.floats(0.01, 2))
        form = draw(
            st.sampled_from(["{a} * {r}", "max({a}, {b}) * {r}", "{a} * {b} / (1 + abs({a}) + abs({b})) * {r}"])
        )
        lines.append(f"flow f{number}: {source} -> {target} = {form.format(a=source, b=target, r=share)} / 1 year")
    return stocks, "\n".join(lines)


@pytest.mark.parametrize("method", ["euler", "rk4", "dop853"])
@settings(RUN, max_examples=25)
@given(closed())
def test_nothing_is_lost_in_a_closed_system(method: str, made: tuple[list[str], str]) -> None:
    stocks, text = made
    run = sdlang.compile("simulate 0 to 4 years, step 1/16 year\n" + text).run(method=method)
    total = sum(run[name] for name in stocks)
    size = float(np.max(sum(np.abs(run[name]) for name in stocks)))
    assert float(np.max(np.abs(total - total[0]))) <= 1e-12 * size


# Units ---------------------------------------------------------------------------------------------------------------

SCALED = """
simulate 0 to {stop} {time}, step {step} {time}, save every {save} {time}
unit person = people
param rate = {rate} / year
param wait = {wait} months
param target = {target} {things}
stock staff = {staff} {things}
stock gone = 0 {things}
aux seen = smooth(staff, wait, order = 2)
flow hiring: cloud -> staff = max(0 {things}/year, (target - seen) / wait)
flow quits: staff -> gone = staff * rate
"""


@RUN
@given(
    st.integers(1, 10_000),
    st.integers(1, 10_000),
    st.floats(0.01, 1),
    st.floats(2, 24),
    st.sampled_from(["euler", "rk4", "dop853"]),
)
def test_the_units_in_which_a_model_is_written_change_no_result(
    staff: int, target: int, rate: float, wait: float, method: str
) -> None:
    def run(things: str, per: int, time: str, in_a_year: int) -> dict[str, Array]:
        """Results in people and years of a model that is written in other units."""
        text = "" if per == 1 else f"unit {things} = {per} people\n"
        text += SCALED.format(
            stop=3 * in_a_year,
            step=f"{in_a_year}/24",
            save=f"{in_a_year}/4",
            time=time,
            things=things,
            staff=staff / per,
            target=target / per,
            rate=rate,
            wait=wait,
        )
        made = sdlang.compile(text).run(method=method)
        stocks = {name: made.own[name] for name in ("staff", "gone", "seen")}
        return stocks | {name: made.own[name] * in_a_year for name in ("hiring", "quits")}

    as_it_is = run("people", 1, "years", 1)
    for other in (run("kilo", 1000, "years", 1), run("people", 1, "months", 12), run("kilo", 1000, "months", 12)):
        for name, values in as_it_is.items():
            # An adaptive method is as exact as the largest value of a variable asks; the kink of `max` costs it most.
            near = 1e-6 * float(np.max(np.abs(values))) if method == "dop853" else 1e-6
            np.testing.assert_allclose(other[name], values, rtol=1e-9 if method != "dop853" else 1e-6, atol=near)
