"""From Lark's parse tree to what happens at once and to what is solved: events with their moves, the equilibrium in
which a run starts, equations that hold at the same time."""

from __future__ import annotations

from typing import cast

from sdlang.syntax import tree
from sdlang.syntax.build_expressions import Expressions, Parsed, Parts, children_of
from sdlang.syntax.layout import Statement

RULES = ("when", "at", "every", "move", "initial", "solve")


def declaration(
    build: Expressions, parsed: Parsed, statement: Statement, items: tuple[tree.Declaration, ...]
) -> tree.Declaration:
    """The declaration that a parse tree is, with what stands in its block."""
    span, layout, after = statement.span, statement.layout, statement.after
    moves = cast("tuple[tree.Move, ...]", items)
    match parsed.data:
        case "when":
            return tree.When(span, layout, build.expression(parsed.children[-1]), moves, after)
        case "at":
            return tree.At(span, layout, build.expression(parsed.children[-1]), moves, after)
        case "every":
            first, last = (next(children_of(parsed, rule), None) for rule in ("first", "last"))
            return tree.Every(
                span,
                layout,
                build.expression(parsed.children[0]),
                None if first is None else build.expression(first.children[-1]),
                None if last is None else build.expression(last.children[-1]),
                moves,
                after,
            )
        case "move":
            parts = Parts(build, parsed)
            source, target = (build.end(end) for end in children_of(parsed, "end"))
            return tree.Move(
                span, layout, parts.name, parts.indices, parts.label, parts.unit, source, target, parts.value
            )
        case "initial":
            return tree.InitialEquilibrium(span, layout, build.names(parsed))
        case "solve":
            unknowns = tuple(
                tree.Unknown(build.span_of(part), build.name(part.children[0]), build.expression(part.children[-1]))
                for part in children_of(parsed, "unknown")
            )
            return tree.Solve(span, layout, unknowns)
        case rule:
            raise AssertionError(f"the grammar has a rule `{rule}` that is not built")
