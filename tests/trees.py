"""Random trees of every declaration and expression of the language, as the parser could have made them."""

from dataclasses import fields
from typing import Any

from hypothesis import strategies as st

from sdlang.source import Source, Span
from sdlang.syntax import tree
from sdlang.syntax.build_expressions import SCALE_WORDS
from sdlang.syntax.printer import print_expression
from sdlang.syntax.words import PRECEDENCE

NOWHERE = Span(Source("a.sd", ""), 0, 0)
HERE = st.just(NOWHERE)


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
    if isinstance(node, tree.Node):
        return type(node)(**{field.name: without_layout(getattr(node, field.name)) for field in fields(node)})
    return node


# Expressions ---------------------------------------------------------------------------------------------------------

WORDS = ["a", "b", "staff", "time_to_fill", "x1", "perceived.trend", "人口", "größe", "step", "at_once"]
NAMES = st.builds(tree.Name, HERE, st.sampled_from(WORDS))
PLAIN = st.builds(tree.Name, HERE, st.sampled_from(["a", "b", "staff", "人口"]))
UNITS = st.sampled_from(["people", "year", "HKD", "人"])
DIGITS = st.sampled_from(["0", "5", "1_200", "0.25", "1e-3", "2.5", "12"])
SCALES = st.sampled_from(["", *SCALE_WORDS])
NUMBERS = st.one_of(
    st.builds(tree.Number, HERE, DIGITS),
    st.builds(tree.Number, HERE, DIGITS, st.booleans(), SCALES),
    st.builds(tree.Number, HERE, DIGITS, st.booleans(), SCALES, UNITS, st.sampled_from([1, 1, 2, 3, -1])),
)


def maybe(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), item)


DATES = st.builds(
    tree.Date,
    HERE,
    st.sampled_from([1000, 1900, 2024, 2999]),
    st.integers(1, 12),
    maybe(st.integers(1, 28)),
)
LINES = st.sampled_from(["What it is.", "And why: `a` -> b.", "", "# in the text"])
LAYOUTS = st.builds(
    tree.Layout,
    st.lists(st.sampled_from(["# a comment", "#### b"]), max_size=2).map(tuple),
    st.lists(LINES, max_size=2).map(lambda lines: tuple(line for line in lines if line)),
    st.sampled_from(["", "", "# behind"]),
)


def several(item: st.SearchStrategy[Any], least: int = 1, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(item, min_size=least, max_size=most).map(tuple)


def closed(expression: tree.Expr) -> tree.Expr:
    """The expression, in brackets where the language wants one without `if` and `except`."""
    if isinstance(expression, tree.Conditional | tree.Excepted):
        return tree.Group(NOWHERE, expression)
    return expression


def binary(operator: str, left: tree.Expr, right: tree.Expr) -> tree.Expr:
    """An operation; a number with a unit is no base of a power, since `3 m^2` are square metres."""
    if operator == "^" and isinstance(left, tree.Number) and (left.unit or left.scale):
        left = tree.Group(NOWHERE, left)
    return tree.Binary(NOWHERE, operator, left, right)


def table(header: tuple[tree.Name, ...], labels: tuple[tree.Name, ...], values: list[tree.Expr]) -> tree.ElementTable:
    """A table with as many values a row as the header says; the values are used again and again."""
    count = len(header) or 1
    rows = [
        tree.Row(NOWHERE, label, tuple(values[(number * count + place) % len(values)] for place in range(count)))
        for number, label in enumerate(labels)
    ]
    return tree.ElementTable(NOWHERE, header, tuple(rows))


OVER = st.builds(tree.Over, HERE, PLAIN, maybe(PLAIN), maybe(PLAIN))


def larger(inner: st.SearchStrategy[tree.Expr]) -> st.SearchStrategy[tree.Expr]:
    arguments = several(st.builds(tree.Argument, HERE, st.sampled_from(["", "", "order"]), inner))
    tables = st.builds(table, several(PLAIN, 0), several(PLAIN), st.lists(inner, min_size=1, max_size=4))
    return st.one_of(
        st.builds(binary, st.sampled_from(list(PRECEDENCE)), inner, inner),
        st.builds(tree.Unary, HERE, st.sampled_from(["-", "+", "not"]), inner),
        st.builds(tree.Conditional, HERE, inner, inner, inner),
        st.builds(tree.Call, HERE, PLAIN, arguments),
        st.builds(tree.Call, HERE, PLAIN, arguments, several(OVER, 1, 2), maybe(inner)),
        st.builds(tree.Subscript, HERE, PLAIN, several(inner, 1, 2)),
        st.builds(tree.Group, HERE, inner),
        st.builds(tree.Call, HERE, PLAIN, several(st.builds(tree.Argument, HERE, st.just("period"), inner, inner))),
        st.builds(
            tree.Under,
            HERE,
            st.one_of(
                PLAIN,
                st.builds(tree.Call, HERE, PLAIN, arguments),
                st.builds(tree.Subscript, HERE, PLAIN, several(inner, 1, 2)),
            ),
            PLAIN,
        ),
        tables,
        st.builds(tree.Excepted, HERE, inner.map(closed), tables),
    )


EXPRESSIONS: st.SearchStrategy[tree.Expr] = st.recursive(st.one_of(NAMES, NUMBERS, DATES), larger, max_leaves=12)
OPERATIONS = EXPRESSIONS.map(closed)

# Declarations --------------------------------------------------------------------------------------------------------


def unit_product(operator: str, left: tree.Expr, right: tree.Expr) -> tree.Expr:
    """A product of units as the reader makes it: what stands behind an operator is one unit or has brackets."""
    right = tree.Group(NOWHERE, right) if isinstance(right, tree.Binary) else right
    return tree.Binary(NOWHERE, operator, left, right)


LABELS = st.sampled_from(["", "A label", "Größe, in %", "{ # ( }"])
UNIT_EXPRESSIONS: st.SearchStrategy[tree.Expr] = st.recursive(
    st.one_of(st.builds(tree.Name, HERE, UNITS), st.builds(tree.Number, HERE, st.sampled_from(["1", "12"]))),
    lambda inner: st.builds(unit_product, st.sampled_from(["*", "/", "per"]), inner, inner),
    max_leaves=4,
)
UNIT = maybe(UNIT_EXPRESSIONS)
RANGES = st.builds(tree.Range, HERE, OPERATIONS, OPERATIONS)
POINTS = st.builds(tree.Point, HERE, EXPRESSIONS, EXPRESSIONS)
INDICES = several(st.builds(tree.Index, HERE, PLAIN, maybe(PLAIN)), 0, 2)
TIMES = st.one_of(NUMBERS, DATES, st.builds(tree.Binary, HERE, st.just("/"), NUMBERS, NUMBERS))
SOME_NAMES = several(PLAIN)
WAYS = (st.sampled_from(["", "linear", "step", "spline"]), st.sampled_from(["", "hold", "extrapolate", "error"]))
PICKED = st.builds(tree.Subscript, HERE, PLAIN, several(OPERATIONS, 1, 2))
PLACES = st.one_of(PLAIN, PICKED)
SHARES = st.builds(tree.Share, HERE, maybe(PLACES), maybe(EXPRESSIONS))
ENDS = st.one_of(st.none(), PLACES, st.builds(tree.Split, HERE, several(SHARES, 2)))
HEAD = (HERE, LAYOUTS, PLAIN, INDICES, LABELS, UNIT)
STOCKS = st.builds(tree.Stock, *HEAD, EXPRESSIONS)
FLOWS = st.builds(tree.Flow, *HEAD, ENDS, ENDS, EXPRESSIONS)
AUXILIARIES = st.builds(tree.Auxiliary, *HEAD, EXPRESSIONS)
SOURCES = st.sampled_from(["", "BLS, JOLTS 2024, table 5"])
EVIDENCE = st.builds(
    tree.Evidence, HERE, SOURCES, maybe(OPERATIONS), st.sampled_from(["", "low", "medium", "high"])
).filter(lambda evidence: evidence != tree.Evidence(NOWHERE))
VALUES = st.one_of(EXPRESSIONS, st.just(tree.Hole(NOWHERE)))
PARAMETERS = st.builds(tree.Parameter, *HEAD, VALUES, maybe(RANGES), maybe(OPERATIONS), maybe(EVIDENCE))
UNCERTAIN = st.builds(tree.Uncertain, HERE, LAYOUTS, PLACES, maybe(RANGES), maybe(OPERATIONS), maybe(EVIDENCE))
EXPECTS = st.builds(
    lambda layout, condition, how, moment, within, trigger, share: tree.Expect(
        NOWHERE, layout, condition, how, *moment, within, None if within is None else trigger, share
    ),
    LAYOUTS,
    EXPRESSIONS,
    st.sampled_from(["", "always", "eventually"]),
    st.one_of(st.just(("", None)), st.tuples(st.sampled_from(["at", "after", "before", "until"]), OPERATIONS)),
    maybe(OPERATIONS),
    maybe(OPERATIONS),
    maybe(OPERATIONS),
)
SHOWN = several(PLACES)
PLOTS = st.builds(tree.Plot, HERE, LAYOUTS, LABELS, SHOWN)
REQUESTS = st.builds(tree.TableRequest, HERE, LAYOUTS, LABELS, SHOWN, several(OPERATIONS, 0, 2))
OVERRIDES = st.one_of(
    st.builds(tree.Override, HERE, LAYOUTS, PLACES, EXPRESSIONS, maybe(OPERATIONS)),
    st.builds(tree.Override, HERE, LAYOUTS, PLACES, EXPRESSIONS, OPERATIONS, OPERATIONS),
    st.builds(tree.TableOverride, HERE, LAYOUTS, PLACES, several(POINTS, 1, 4), *WAYS),
)
MOVES = st.builds(tree.Move, *HEAD, ENDS, ENDS, EXPRESSIONS)
MOVED = several(MOVES, 0)
# In the header of a block a brace opens the block.
IN_HEADER = OPERATIONS.filter(lambda expression: "{" not in print_expression(expression))
EVENTS = st.one_of(
    st.builds(tree.When, HERE, LAYOUTS, IN_HEADER, MOVED),
    st.builds(tree.At, HERE, LAYOUTS, IN_HEADER, MOVED),
    st.builds(tree.Every, HERE, LAYOUTS, IN_HEADER, maybe(IN_HEADER), maybe(IN_HEADER), MOVED),
)
PROSE = st.builds(tree.Prose, HERE, LAYOUTS, st.sampled_from(["One line.", "\n  Two\n  lines {{ a at 3 }}.\n"]))
SECTIONS = st.builds(tree.Section, HERE, LAYOUTS, st.sampled_from(["diagram", "equations"]))
READERS = st.sampled_from(["csv", "excel"]).map(
    lambda reader: tree.Call(
        NOWHERE, tree.Name(NOWHERE, reader), (tree.Argument(NOWHERE, "", tree.Text(NOWHERE, "data/d.csv")),)
    )
)
ELEMENTS = st.builds(tree.Name, HERE, st.sampled_from(["north", "south", "東", "west"]))
TWO_ELEMENTS = several(ELEMENTS, 2)
BLOCS = st.builds(tree.Bloc, HERE, ELEMENTS, several(ELEMENTS))
DIMENSIONS = st.one_of(
    st.builds(lambda layout, name, each: tree.Dimension(NOWHERE, layout, name, each), LAYOUTS, PLAIN, TWO_ELEMENTS),
    st.builds(
        lambda layout, name, each: tree.Dimension(NOWHERE, layout, name, each, is_ordered=True),
        LAYOUTS,
        PLAIN,
        TWO_ELEMENTS,
    ),
    st.builds(lambda layout, name, limits: tree.Dimension(NOWHERE, layout, name, range=limits), LAYOUTS, PLAIN, RANGES),
    st.builds(
        lambda layout, name, each, whole: tree.Dimension(NOWHERE, layout, name, each, whole=whole),
        LAYOUTS,
        PLAIN,
        several(ELEMENTS),
        PLAIN,
    ),
    st.builds(
        lambda layout, name, parts: tree.Dimension(NOWHERE, layout, name, parts=parts),
        LAYOUTS,
        PLAIN,
        several(PLAIN, 2),
    ),
    st.builds(
        lambda layout, name, of, blocs: tree.Dimension(NOWHERE, layout, name, maps=of, blocs=blocs),
        LAYOUTS,
        PLAIN,
        PLAIN,
        several(BLOCS),
    ),
)
USES = st.builds(tree.Use, HERE, LAYOUTS, st.one_of(PLAIN, st.just(tree.Text(NOWHERE, "parts/pools.sd"))))
CONTESTS = st.builds(tree.Contest, HERE, LAYOUTS, PLAIN, several(PLAIN, 0), TIMES)
STRATIFIED = st.builds(
    tree.Stratify,
    HERE,
    LAYOUTS,
    SOME_NAMES,
    several(
        st.one_of(
            st.builds(tree.Override, HERE, LAYOUTS, PLACES, EXPRESSIONS, st.none()),
            st.builds(tree.Keep, HERE, LAYOUTS, SOME_NAMES),
        ),
        0,
    ),
)

# Components and their uses -------------------------------------------------------------------------------------------

PORTS = st.one_of(
    st.builds(tree.Port, HERE, PLAIN, UNIT, maybe(EXPRESSIONS), INDICES),
    st.builds(lambda name: tree.Port(NOWHERE, name, None, None, (), True), PLAIN),
)
STOCK_PORTS = st.builds(
    tree.StockPort, HERE, st.sampled_from(["from", "to"]), PLAIN, st.booleans(), several(PLAIN, 0, 2)
)
BINDINGS = st.builds(
    tree.Bindings,
    HERE,
    LAYOUTS,
    several(
        st.one_of(
            st.builds(tree.Binding, HERE, PLAIN, st.just("="), EXPRESSIONS, st.none()),
            st.builds(tree.Binding, HERE, PLAIN, st.sampled_from(["<-", "->"]), st.none(), ENDS),
        )
    ),
)
INSTANCES = st.builds(
    tree.Instance,
    HERE,
    LAYOUTS,
    PLAIN,
    INDICES,
    st.builds(tree.Call, HERE, PLAIN, several(st.builds(tree.Argument, HERE, st.sampled_from(["", "x"]), EXPRESSIONS))),
)
PARTS = st.builds(tree.Block, HERE, LAYOUTS, PLAIN, PLAIN, INDICES, LABELS, several(BINDINGS, 0, 2))
BLOCKS = st.builds(tree.Block, HERE, LAYOUTS, PLAIN, PLAIN, INDICES, LABELS, several(st.one_of(BINDINGS, PARTS), 0))
IN_COMPONENT = st.one_of(
    DIMENSIONS,
    PARAMETERS,
    STOCKS,
    FLOWS,
    AUXILIARIES,
    BLOCKS,
    INSTANCES,
    CONTESTS,
    st.builds(tree.Entry, HERE, LAYOUTS, PLACES),
    st.builds(tree.Chain, HERE, LAYOUTS, SOME_NAMES, PLAIN, PLAIN),
)
COMPONENTS = st.builds(
    tree.Component,
    HERE,
    LAYOUTS,
    PLAIN,
    several(PORTS, 0, 2),
    several(STOCK_PORTS, 0, 2),
    maybe(PLAIN),
    several(IN_COMPONENT, 0),
)

DECLARED = st.one_of(
    STOCKS,
    FLOWS,
    AUXILIARIES,
    PARAMETERS,
    UNCERTAIN,
    EXPECTS,
    EVENTS,
    st.builds(tree.Claim, HERE, LAYOUTS, LABELS, SOURCES, several(EXPECTS, 0)),
    st.builds(tree.InitialEquilibrium, HERE, LAYOUTS, several(PLAIN, 0)),
    st.builds(tree.Solve, HERE, LAYOUTS, several(st.builds(tree.Unknown, HERE, PLAIN, OPERATIONS))),
    PLOTS,
    REQUESTS,
    DIMENSIONS,
    USES,
    CONTESTS,
    STRATIFIED,
    BLOCKS,
    INSTANCES,
    COMPONENTS,
    st.builds(tree.Title, HERE, LAYOUTS, LABELS),
    st.builds(
        tree.Simulate,
        HERE,
        LAYOUTS,
        EXPRESSIONS,
        EXPRESSIONS,
        maybe(TIMES),
        maybe(PLAIN),
        maybe(TIMES),
        maybe(OPERATIONS),
        maybe(OPERATIONS),
    ),
    st.builds(tree.UnitDeclaration, HERE, LAYOUTS, SOME_NAMES, st.none()),
    st.builds(tree.Table, HERE, LAYOUTS, PLAIN, PLAIN, UNIT, LABELS, UNIT, several(POINTS, 1, 4), *WAYS),
    st.builds(tree.Series, HERE, LAYOUTS, PLAIN, INDICES, LABELS, UNIT, READERS, *WAYS),
    st.builds(
        tree.Scenario,
        HERE,
        LAYOUTS,
        PLAIN,
        LABELS,
        several(st.one_of(OVERRIDES, EXPECTS), 0),
        st.just(()),
        several(PLAIN, 0),
    ),
    st.builds(tree.Report, HERE, LAYOUTS, several(st.one_of(PROSE, PLOTS, REQUESTS, SECTIONS), 0)),
)
