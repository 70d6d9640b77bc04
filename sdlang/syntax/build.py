"""From Lark's parse tree of one statement to the nodes of `tree.py`.

A case for each rule of the grammar. Expressions are built by `build_expressions.py`, components and their uses by
`build_components.py`, scenarios and expectations by `build_studies.py`, events by `build_events.py`. Small
things that the grammar lets pass are checked here, where the words are at hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from lark import Tree
from lark.lexer import Token

from sdlang.source import Span
from sdlang.syntax import build_components, build_events, build_studies, errors, tree
from sdlang.syntax.build_expressions import SCALE_WORDS, Expressions, Parsed, Parts, children_of, unquoted
from sdlang.syntax.build_studies import evidence
from sdlang.syntax.build_tables import points, words
from sdlang.syntax.layout import Statement

__all__ = ["SCALE_WORDS", "Build"]


class Build(Expressions):
    """Builds the declarations of one source."""

    def declaration(
        self, parsed: Parsed, statement: Statement, items: tuple[tree.Declaration, ...]
    ) -> tree.Declaration:
        """The declaration that a statement is; comments in its expressions move above it."""
        self.begin(statement.span.start, statement.comments)
        built = self._declaration(parsed, statement, items)
        if not self.comments:
            return built
        before = (*built.layout.before, *self.comments.values())
        return replace(built, layout=replace(built.layout, before=before))

    def _declaration(
        self, parsed: Parsed, statement: Statement, items: tuple[tree.Declaration, ...]
    ) -> tree.Declaration:
        parts = Parts(self, parsed)
        span, layout = statement.span, statement.layout
        match parsed.data:
            case "aux":
                return tree.Auxiliary(span, layout, parts.name, parts.indices, parts.label, parts.unit, parts.value)
            case "flow":
                source, target = (self.end(end) for end in children_of(parsed, "end"))
                return tree.Flow(
                    span, layout, parts.name, parts.indices, parts.label, parts.unit, source, target, parts.value
                )
            case "stock":
                return tree.Stock(span, layout, parts.name, parts.indices, parts.label, parts.unit, parts.value)
            case "param":
                limits, distribution = parts.trees.get("range"), parts.trees.get("distribution")
                return tree.Parameter(
                    span,
                    layout,
                    parts.name,
                    parts.indices,
                    parts.label,
                    parts.unit,
                    parts.value,
                    None if limits is None else self.range(limits),
                    None if distribution is None else self.expression(distribution.children[0]),
                    evidence(self, parsed),
                )
            case "title":
                return tree.Title(span, layout, unquoted(parts.tokens["STRING"]))
            case "simulate":
                return self._simulate(parsed, span, layout)
            case "unit":
                definition = parts.trees.get("definition")
                return tree.UnitDeclaration(
                    span, layout, self.names(parsed), None if definition is None else self.expression(definition)
                )
            case "table":
                return self._table(parsed, span, layout)
            case "table_request":
                times = parts.trees.get("times")
                return tree.TableRequest(
                    span,
                    layout,
                    parts.title,
                    self._places(parsed),
                    () if times is None else tuple(self.expression(time) for time in times.children[1:]),
                )
            case "series":
                call = cast(tree.Call, parts.value)
                method, outside = words(self, parsed)
                return tree.Series(
                    span, layout, parts.name, parts.indices, parts.label, parts.unit, call, method, outside
                )
            case "plot":
                return tree.Plot(span, layout, parts.title, self._places(parsed))
            case "dim":
                return self._dimension(parsed, span, layout)
            case "mapped_dim":
                return self._mapped(parsed, span, layout)
            case "stratify":
                changes = cast("tuple[tree.Override | tree.Keep, ...]", items)
                return tree.Stratify(span, layout, self.names(parsed), changes, statement.after)
            case "keep":
                return tree.Keep(span, layout, self.names(parsed))
            case "report":
                shown = cast("tuple[tree.Prose | tree.Plot | tree.TableRequest | tree.Section, ...]", items)
                return tree.Report(span, layout, shown, statement.after)
            case "prose":
                (text,) = parsed.children
                return tree.Prose(span, layout, unquoted(cast(Token, text)))
            case "section":
                return tree.Section(span, layout, self.name(parsed.children[0]).text)
            case rule if rule in build_studies.RULES:
                return build_studies.declaration(self, parsed, statement, items)
            case rule if rule in build_events.RULES:
                return build_events.declaration(self, parsed, statement, items)
            case _:
                return build_components.declaration(self, parsed, statement, items)

    def _simulate(self, parsed: Parsed, span: Span, layout: tree.Layout) -> tree.Simulate:
        start, stop, *options = parsed.children
        given: dict[str, tree.Expr] = {}
        for option in options:
            assert isinstance(option, Tree)
            if option.data in given:
                self.found.append(errors.word_twice(f"what `{option.data}` is", self.span_of(option)))
            given[option.data] = self.expression(option.children[0])
        return tree.Simulate(
            span,
            layout,
            self.expression(start),
            self.expression(stop),
            given.get("step"),
            cast("tree.Name | None", given.get("using")),
            given.get("save"),
            given.get("seed"),
            given.get("ensemble"),
        )

    def _table(self, parsed: Parsed, span: Span, layout: tree.Layout) -> tree.Table:
        name, input_name = (child for child in parsed.children if isinstance(child, Tree) and child.data == "name")
        annotations = [c for c in parsed.children if isinstance(c, Tree) and c.data == "annotation"]
        label = next((c for c in parsed.children if isinstance(c, Tree) and c.data == "label"), None)
        # The text between the input's name and `)` decides whose unit an annotation is.
        closing = self.text.index(")", self.span_of(input_name).end)
        input_unit = next((a for a in annotations if self.span_of(a).start < closing), None)
        unit = next((a for a in annotations if a is not input_unit), None)
        method, outside = words(self, parsed)
        return tree.Table(
            span,
            layout,
            self.name(name),
            self.name(input_name),
            None if input_unit is None else self.expression(input_unit.children[0]),
            "" if label is None else unquoted(cast(Token, label.children[0])),
            None if unit is None else self.expression(unit.children[0]),
            points(self, parsed),
            method,
            outside,
        )

    def _places(self, parsed: Parsed) -> tuple[tree.Name | tree.Subscript, ...]:
        """What is shown: names, perhaps with subscripts."""
        return tuple(
            self.place(child)
            for child in parsed.children
            if isinstance(child, Tree) and child.data in ("name", "subscript")
        )

    # Dimensions ------------------------------------------------------------------------------------------------------

    def _dimension(self, parsed: Parsed, span: Span, layout: tree.Layout) -> tree.Dimension:
        first, *wholes, last = (child for child in parsed.children if isinstance(child, Tree))
        name = self.name(first)
        whole = self.name(wholes[0].children[0]) if wholes else None
        if last.data == "runs":
            return tree.Dimension(span, layout, name, range=self.range(last), whole=whole)
        values = last.children
        only = values[0]
        if len(values) == 1 and isinstance(only, Tree) and only.data == "operation":
            operators = {str(item) for item in only.children[1::2]}
            operands = only.children[::2]
            if operators == {"<"}:
                return tree.Dimension(span, layout, name, self.members(operands), is_ordered=True, whole=whole)
            if operators == {"+"} and whole is None:
                return tree.Dimension(span, layout, name, parts=self.members(operands))
        return tree.Dimension(span, layout, name, self.members(values), whole=whole)

    def _mapped(self, parsed: Parsed, span: Span, layout: tree.Layout) -> tree.Dimension:
        name, maps, table = parsed.children
        rows = self.element_table(table, keeps_last_comments=False).rows
        blocs = tuple(tree.Bloc(row.span, row.label, self.members(row.values), row.layout) for row in rows)
        return tree.Dimension(span, layout, self.name(name), maps=self.name(maps), blocs=blocs)
