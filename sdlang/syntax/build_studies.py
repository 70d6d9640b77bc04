"""From Lark's parse tree to what is done with a model: scenarios, expectations, claims, what is known of parameters."""

from __future__ import annotations

from typing import cast

from lark import Tree
from lark.lexer import Token

from sdlang.source import Span
from sdlang.syntax import errors, tree
from sdlang.syntax.build_expressions import Expressions, Item, Parsed, Parts, children_of, unquoted
from sdlang.syntax.build_tables import points, words
from sdlang.syntax.layout import Statement

RULES = ("scenario", "override", "table_override", "expect", "claim", "uncertain")
HOW = ("ALWAYS", "EVENTUALLY")


def declaration(
    build: Expressions, parsed: Parsed, statement: Statement, items: tuple[tree.Declaration, ...]
) -> tree.Declaration:
    """The declaration that a parse tree is, with what stands in its block."""
    span, layout = statement.span, statement.layout
    match parsed.data:
        case "scenario":
            name, *extended = build.names(parsed)
            kept = cast("tuple[tree.Override | tree.TableOverride | tree.Expect, ...]", items)
            return tree.Scenario(span, layout, name, Parts(build, parsed).label, kept, statement.after, tuple(extended))
        case "override":
            place, value, *since = (child for child in parsed.children if not _is(child, "ramp"))
            begins = build.expression(since[0]) if since else None
            ramp = _one(build, parsed, "ramp")
            return tree.Override(span, layout, build.place(place), build.expression(value), begins, ramp)
        case "table_override":
            method, outside = words(build, parsed)
            return tree.TableOverride(
                span, layout, build.place(parsed.children[0]), points(build, parsed), method, outside
            )
        case "expect":
            return _expect(build, parsed, span, layout)
        case "claim":
            text, *origin = (unquoted(cast(Token, child)) for child in parsed.children)
            expected = cast("tuple[tree.Expect, ...]", items)
            return tree.Claim(span, layout, text, origin[0] if origin else "", expected, statement.after)
        case "uncertain":
            limits = next(children_of(parsed, "range"), None)
            return tree.Uncertain(
                span,
                layout,
                build.place(parsed.children[0]),
                None if limits is None else build.range(limits),
                _one(build, parsed, "distribution"),
                evidence(build, parsed),
            )
        case rule:
            raise AssertionError(f"the grammar has a rule `{rule}` that is not built")


def evidence(build: Expressions, parsed: Parsed) -> tree.Evidence | None:
    """What is said about where a value comes from; a thing that is said twice is reported."""
    said: dict[str, Parsed] = {}
    for child in parsed.children:
        if isinstance(child, Tree) and child.data in ("source", "dated", "confidence"):
            if child.data in said:
                build.found.append(errors.word_twice(f"what `{child.data}` is", build.span_of(child)))
            said[str(child.data)] = child
    if not said:
        return None
    span = build.span_of(next(iter(said.values()))).to(build.span_of(list(said.values())[-1]))
    return tree.Evidence(
        span,
        unquoted(cast(Token, said["source"].children[0])) if "source" in said else "",
        build.expression(said["dated"].children[0]) if "dated" in said else None,
        str(said["confidence"].children[0]) if "confidence" in said else "",
    )


def _expect(build: Expressions, parsed: Parsed, span: Span, layout: tree.Layout) -> tree.Expect:
    condition, *_ = parsed.children
    how = next((str(child) for child in parsed.children if isinstance(child, Token) and child.type in HOW), "")
    when, time = "", None
    for moment in children_of(parsed, "moment"):
        word, operand = moment.children
        when, time = str(word), build.expression(operand)
    within = trigger = None
    for deadline in children_of(parsed, "deadline"):
        within, *after = (build.expression(c) for c in deadline.children if isinstance(c, Tree))
        trigger = after[0] if after else None
    share = _one(build, parsed, "share_of_runs")
    return tree.Expect(span, layout, build.expression(condition), how, when, time, within, trigger, share)


def _is(item: Item, rule: str) -> bool:
    return isinstance(item, Tree) and item.data == rule


def _one(build: Expressions, parsed: Parsed, rule: str) -> tree.Expr | None:
    """The expression that stands in an optional part."""
    part = next(children_of(parsed, rule), None)
    return None if part is None else build.expression(part.children[0])
