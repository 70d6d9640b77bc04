"""From Lark's parse tree of one statement to the nodes of `tree.py`.

A case for each rule of the grammar. Expressions are built by `build_expressions.py`, components and their uses by
`build_components.py`. Small things that the grammar lets pass are checked here, where the words are at hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from lark import Tree
from lark.lexer import Token

from sdlang.source import Span
from sdlang.syntax import build_components, errors, tree
from sdlang.syntax.build_expressions import SCALE_WORDS, Expressions, Item, Parsed, Parts, children_of, unquoted
from sdlang.syntax.layout import Statement

__all__ = ["SCALE_WORDS", "Build"]

METHODS = ("linear", "step", "spline")
OUTSIDE = ("hold", "extrapolate", "error")


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
                limits = parts.trees.get("range")
                return tree.Parameter(
                    span,
                    layout,
                    parts.name,
                    parts.indices,
                    parts.label,
                    parts.unit,
                    parts.value,
                    None if limits is None else self._range(limits),
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
                method, outside = self._words(parsed)
                return tree.Series(
                    span, layout, parts.name, parts.indices, parts.label, parts.unit, call, method, outside
                )
            case "expect":
                words = [str(t) for t in parsed.children if _is_when(t)]
                condition, *moments = (self.expression(t) for t in parsed.children if not _is_when(t))
                word = words[-1] if words else ""
                return tree.Expect(span, layout, condition, word, moments[0] if moments else None)
            case "plot":
                return tree.Plot(span, layout, parts.title, self._places(parsed))
            case "dim":
                return self._dimension(parsed, span, layout)
            case "mapped_dim":
                return self._mapped(parsed, span, layout)
            case "scenario":
                kept = cast("tuple[tree.Override | tree.Expect, ...]", items)
                return tree.Scenario(span, layout, parts.name, parts.label, kept, statement.after)
            case "stratify":
                changes = cast("tuple[tree.Override | tree.Keep, ...]", items)
                return tree.Stratify(span, layout, self.names(parsed), changes, statement.after)
            case "keep":
                return tree.Keep(span, layout, self.names(parsed))
            case "override":
                name, value, *since = parsed.children
                return tree.Override(
                    span,
                    layout,
                    self.place(name),
                    self.expression(value),
                    self.expression(since[0]) if since else None,
                )
            case "report":
                shown = cast("tuple[tree.Prose | tree.Plot | tree.TableRequest | tree.Section, ...]", items)
                return tree.Report(span, layout, shown, statement.after)
            case "prose":
                (text,) = parsed.children
                return tree.Prose(span, layout, unquoted(cast(Token, text)))
            case "section":
                return tree.Section(span, layout, self.name(parsed.children[0]).text)
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
        )

    def _table(self, parsed: Parsed, span: Span, layout: tree.Layout) -> tree.Table:
        name, input_name = (child for child in parsed.children if isinstance(child, Tree) and child.data == "name")
        annotations = [c for c in parsed.children if isinstance(c, Tree) and c.data == "annotation"]
        label = next((c for c in parsed.children if isinstance(c, Tree) and c.data == "label"), None)
        # The text between the input's name and `)` decides whose unit an annotation is.
        closing = self.text.index(")", self.span_of(input_name).end)
        input_unit = next((a for a in annotations if self.span_of(a).start < closing), None)
        unit = next((a for a in annotations if a is not input_unit), None)
        method, outside = self._words(parsed)
        points = [child for child in parsed.children if isinstance(child, Tree) and child.data == "point"]
        return tree.Table(
            span,
            layout,
            self.name(name),
            self.name(input_name),
            None if input_unit is None else self.expression(input_unit.children[0]),
            "" if label is None else unquoted(cast(Token, label.children[0])),
            None if unit is None else self.expression(unit.children[0]),
            tuple(
                tree.Point(self.span_of(p), self.expression(p.children[0]), self.expression(p.children[1]))
                for p in points
            ),
            method,
            outside,
        )

    def _words(self, parsed: Parsed) -> tuple[str, str]:
        """`linear, hold` behind a table or a series: the method, and what holds outside."""
        method = outside = ""
        for child in parsed.children:
            if not isinstance(child, Token) or child.type != "WORD":
                continue
            word, span = str(child), self.span_of(child)
            if word in METHODS:
                if method:
                    self.found.append(errors.word_twice("how to read between points", span))
                method = word
            elif word in OUTSIDE:
                if outside:
                    self.found.append(errors.word_twice("what holds outside the points", span))
                outside = word
            else:
                self.found.append(errors.unknown_word(word, (*METHODS, *OUTSIDE), span))
        return method, outside

    def _places(self, parsed: Parsed) -> tuple[tree.Name | tree.Subscript, ...]:
        """What is shown: names, perhaps with subscripts."""
        return tuple(
            self.place(child)
            for child in parsed.children
            if isinstance(child, Tree) and child.data in ("name", "subscript")
        )

    def _range(self, parsed: Parsed) -> tree.Range:
        low, high = parsed.children
        return tree.Range(self.span_of(parsed), self.expression(low), self.expression(high))

    # Dimensions ------------------------------------------------------------------------------------------------------

    def _dimension(self, parsed: Parsed, span: Span, layout: tree.Layout) -> tree.Dimension:
        first, *wholes, last = (child for child in parsed.children if isinstance(child, Tree))
        name = self.name(first)
        whole = self.name(wholes[0].children[0]) if wholes else None
        if last.data == "runs":
            return tree.Dimension(span, layout, name, range=self._range(last), whole=whole)
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


def _is_when(item: Item) -> bool:
    return isinstance(item, Token) and item.type in ("ALWAYS", "AT", "AFTER", "BEFORE")
