"""From Lark's parse tree to components and to what uses them: blocks, instances, chains, and who gets how much."""

from __future__ import annotations

from typing import cast

from lark import Tree
from lark.lexer import Token

from sdlang.syntax import tree
from sdlang.syntax.build_expressions import Expressions, Item, Parsed, Parts, children_of
from sdlang.syntax.layout import Statement

Body = (
    tree.Dimension
    | tree.Parameter
    | tree.Stock
    | tree.Flow
    | tree.Auxiliary
    | tree.Block
    | tree.Instance
    | tree.Entry
    | tree.Chain
    | tree.Contest
)


def declaration(
    build: Expressions, parsed: Parsed, statement: Statement, items: tuple[tree.Declaration, ...]
) -> tree.Declaration:
    """The declaration that a parse tree is, with what stands in its block."""
    span, layout = statement.span, statement.layout
    match parsed.data:
        case "component":
            returns = [build.name(part.children[0]) for part in children_of(parsed, "returns")]
            return tree.Component(
                span,
                layout,
                build.name(parsed.children[0]),
                tuple(_port(build, part) for part in parsed.children if _is_port(part)),
                tuple(_stock_port(build, part) for part in children_of(parsed, "stock_port")),
                returns[0] if returns else None,
                cast("tuple[Body, ...]", items),
                statement.after,
            )
        case "block":
            component, name = build.names(parsed)
            parts = Parts(build, parsed)
            kept = cast("tuple[tree.Bindings | tree.Block, ...]", items)
            return tree.Block(span, layout, component, name, parts.indices, parts.label, kept, statement.after)
        case "bindings":
            given = tuple(_binding(build, cast(Parsed, part)) for part in parsed.children)
            return tree.Bindings(span, layout, given)
        case "instance":
            parts = Parts(build, parsed)
            return tree.Instance(span, layout, parts.name, parts.indices, cast(tree.Call, parts.value))
        case "entry":
            return tree.Entry(span, layout, build.place(parsed.children[0]))
        case "chain":
            *kinds, first, last = build.names(parsed)
            return tree.Chain(span, layout, tuple(kinds), first, last)
        case "contest":
            stock, *order, within = (part for part in parsed.children if isinstance(part, Tree))
            names = tuple(build.name(part) for part in order)
            return tree.Contest(span, layout, build.name(stock), names, build.expression(within))
        case "use":
            (what,) = parsed.children
            return tree.Use(span, layout, cast("tree.Name | tree.Text", build.expression(what)))
        case rule:
            raise AssertionError(f"the grammar has a rule `{rule}` that is not built")


def _is_port(part: Item) -> bool:
    return isinstance(part, Tree) and part.data in ("port", "dimension_port")


def _port(build: Expressions, parsed: Item) -> tree.Port:
    assert isinstance(parsed, Tree)
    parts = Parts(build, parsed)
    default = parts.value if parts.others else None
    is_dimension = parsed.data == "dimension_port"
    return tree.Port(build.span_of(parsed), parts.name, parts.unit, default, parts.indices, is_dimension)


def _stock_port(build: Expressions, parsed: Parsed) -> tree.StockPort:
    direction = str(parsed.children[0])
    (name,) = build.names(parsed)
    may_be_cloud = any(isinstance(part, Token) and part.type == "CLOUD" for part in parsed.children)
    needed_by = tuple(name for part in children_of(parsed, "needed_by") for name in build.names(part))
    return tree.StockPort(build.span_of(parsed), direction, name, may_be_cloud, needed_by)


def _binding(build: Expressions, parsed: Parsed) -> tree.Binding:
    word, given = parsed.children
    span, name = build.span_of(parsed), build.checked_name(cast(Token, word))
    if parsed.data == "given":
        return tree.Binding(span, name, "=", build.expression(given), None)
    operator = "<-" if parsed.data == "taken" else "->"
    return tree.Binding(span, name, operator, None, build.end(cast(Parsed, given)))
