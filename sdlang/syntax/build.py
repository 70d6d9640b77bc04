"""From Lark's parse tree of one statement to the nodes of `tree.py`.

A method for each rule of the grammar, of the same name. Small things that the grammar lets pass are checked here, where
the words are at hand: a keyword used as a name, an option given twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import cast

from lark import Tree
from lark.lexer import Token

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source, Span
from sdlang.syntax import errors, tree
from sdlang.syntax.layout import Statement
from sdlang.syntax.words import COMPARISONS, PRECEDENCE, PREFIX_PRECEDENCE, RESERVED

Parsed = Tree[Token]
Item = Parsed | Token

SCALE_WORDS = ("thousand", "million", "billion", "trillion")
METHODS = ("linear", "step", "spline")
OUTSIDE = ("hold", "extrapolate", "error")
MOST_DIGITS = 40
LARGEST = Fraction(10) ** 300


class Build:
    """Builds nodes of one source. `offset` is where the statement that is being built begins."""

    def __init__(self, source: Source, found: list[Diagnostic]) -> None:
        self.source = source
        self.found = found
        self.offset = 0

    # Declarations ----------------------------------------------------------------------------------------------------

    def declaration(
        self, parsed: Parsed, statement: Statement, items: tuple[tree.Declaration, ...]
    ) -> tree.Declaration:
        self.offset = statement.span.start
        parts = _Parts(parsed)
        span, layout = statement.span, statement.layout
        match parsed.data:
            case "title":
                return tree.Title(span, layout, _unquoted(parts.tokens["STRING"]))
            case "simulate":
                return self._simulate(parsed, span, layout)
            case "unit":
                definition = parts.trees.get("definition")
                return tree.UnitDeclaration(
                    span, layout, self._names(parsed), None if definition is None else self.expression(definition)
                )
            case "param":
                limits = parts.trees.get("range")
                return tree.Parameter(
                    span,
                    layout,
                    self._declared(parts),
                    self._label(parts),
                    self._annotation(parts),
                    self.expression(parts.others[0]),
                    None if limits is None else self._range(limits),
                )
            case "stock":
                return tree.Stock(
                    span,
                    layout,
                    self._declared(parts),
                    self._indices(parts),
                    self._label(parts),
                    self._annotation(parts),
                    self.expression(parts.others[0]),
                )
            case "aux":
                return tree.Auxiliary(
                    span,
                    layout,
                    self._declared(parts),
                    self._indices(parts),
                    self._label(parts),
                    self._annotation(parts),
                    self.expression(parts.others[0]),
                )
            case "flow":
                source, target = (self._end(c) for c in parsed.children if isinstance(c, Tree) and c.data == "end")
                return tree.Flow(
                    span,
                    layout,
                    self._declared(parts),
                    self._indices(parts),
                    self._label(parts),
                    self._annotation(parts),
                    source,
                    target,
                    self.expression(parts.others[0]),
                )
            case "table":
                return self._table(parsed, span, layout)
            case "table_request":
                times = parts.trees.get("times")
                return tree.TableRequest(
                    span,
                    layout,
                    self._title(parts),
                    self._names(parsed),
                    () if times is None else tuple(self.expression(time) for time in times.children[1:]),
                )
            case "series":
                call = cast(tree.Call, self.expression(parts.trees["call"]))
                method, outside = self._words(parsed)
                return tree.Series(
                    span,
                    layout,
                    self._declared(parts),
                    self._label(parts),
                    self._annotation(parts),
                    call,
                    method,
                    outside,
                )
            case "expect":
                words = [str(t) for t in parsed.children if _is_when(t)]
                condition, *moments = (self.expression(t) for t in parsed.children if not _is_when(t))
                word = words[-1] if words else ""
                return tree.Expect(span, layout, condition, word, moments[0] if moments else None)
            case "plot":
                return tree.Plot(span, layout, self._title(parts), self._names(parsed))
            case "scenario":
                kept = cast("tuple[tree.Override | tree.Expect, ...]", items)
                return tree.Scenario(span, layout, self._declared(parts), self._label(parts), kept, statement.after)
            case "override":
                name, value, *since = parsed.children
                return tree.Override(
                    span,
                    layout,
                    self._name(name),
                    self.expression(value),
                    self.expression(since[0]) if since else None,
                )
            case "report":
                shown = cast("tuple[tree.Prose | tree.Plot | tree.TableRequest | tree.Section, ...]", items)
                return tree.Report(span, layout, shown, statement.after)
            case "prose":
                (text,) = parsed.children
                return tree.Prose(span, layout, _unquoted(cast(Token, text)))
            case "section":
                return tree.Section(span, layout, self._name(parsed.children[0]).text)
            case "component":
                first, *ports, returns = parsed.children
                body = cast(
                    "tuple[tree.Dimension | tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary, ...]", items
                )
                return tree.Component(
                    span,
                    layout,
                    self._name(first),
                    tuple(self._port(cast(Parsed, port)) for port in ports),
                    self._name(returns),
                    body,
                    statement.after,
                )
            case "dim":
                name, low, high = parsed.children
                runs = tree.Range(self.span_of(parsed), self.expression(low), self.expression(high))
                return tree.Dimension(span, layout, self._name(name), runs)
            case rule:
                raise AssertionError(f"the grammar has a rule `{rule}` that is not built")

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
        closing = self.source.text.index(")", self.span_of(input_name).end)
        input_unit = next((a for a in annotations if self.span_of(a).start < closing), None)
        unit = next((a for a in annotations if a is not input_unit), None)
        method, outside = self._words(parsed)
        points = [child for child in parsed.children if isinstance(child, Tree) and child.data == "point"]
        return tree.Table(
            span,
            layout,
            self._name(name),
            self._name(input_name),
            None if input_unit is None else self.expression(input_unit.children[0]),
            "" if label is None else _unquoted(cast(Token, label.children[0])),
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

    def _declared(self, parts: _Parts) -> tree.Name:
        return self._name(parts.names[0])

    def _label(self, parts: _Parts) -> str:
        label = parts.trees.get("label")
        return "" if label is None else _unquoted(cast(Token, label.children[0]))

    def _title(self, parts: _Parts) -> str:
        return _unquoted(parts.tokens["STRING"]) if "STRING" in parts.tokens else ""

    def _annotation(self, parts: _Parts) -> tree.Expr | None:
        annotation = parts.trees.get("annotation")
        return None if annotation is None else self.expression(annotation.children[0])

    def _indices(self, parts: _Parts) -> tuple[tree.Name, ...]:
        indices = parts.trees.get("indices")
        return () if indices is None else self._names(indices)

    def _names(self, parsed: Parsed) -> tuple[tree.Name, ...]:
        return tuple(self._name(child) for child in parsed.children if isinstance(child, Tree) and child.data == "name")

    def _name(self, parsed: Item) -> tree.Name:
        name = self.expression(parsed)
        assert isinstance(name, tree.Name)
        return name

    def _end(self, parsed: Parsed) -> tree.Name | tree.Subscript | None:
        (end,) = parsed.children
        return None if isinstance(end, Token) else cast("tree.Name | tree.Subscript", self.expression(end))

    def _range(self, parsed: Parsed) -> tree.Range:
        low, high = parsed.children
        return tree.Range(self.span_of(parsed), self.expression(low), self.expression(high))

    def _port(self, parsed: Parsed) -> tree.Port:
        parts = _Parts(parsed)
        default = self.expression(parts.others[0]) if parts.others else None
        return tree.Port(self.span_of(parsed), self._declared(parts), self._annotation(parts), default)

    # Expressions -----------------------------------------------------------------------------------------------------

    def expression(self, parsed: Item) -> tree.Expr:
        assert isinstance(parsed, Tree)
        children = parsed.children
        match parsed.data:
            case "name":
                return self._checked_name(cast(Token, children[0]))
            case "number":
                return self._number(parsed)
            case "operation" | "definition":
                return _Operation(self, children).expression(0)
            case "group":
                return tree.Group(self.span_of(parsed), self.expression(children[1]))
            case "call":
                name, _, *arguments = children[:-1]
                return tree.Call(
                    self.span_of(parsed), self._name(name), tuple(self._argument(cast(Parsed, a)) for a in arguments)
                )
            case "subscript":
                name, _, *indices = children[:-1]
                return tree.Subscript(
                    self.span_of(parsed), self._name(name), tuple(self.expression(index) for index in indices)
                )
            case "conditional":
                test, yes, no = (self.expression(child) for child in children[1:])
                return tree.Conditional(self.span_of(parsed), test, yes, no)
            case "text":
                return tree.Text(self.span_of(parsed), _unquoted(cast(Token, children[0])))
            case rule:
                raise AssertionError(f"the grammar has a rule `{rule}` that is not built")

    def _checked_name(self, token: Token) -> tree.Name:
        span = self.span_of(token)
        if token in RESERVED:
            self.found.append(errors.reserved_word(str(token), span))
        return tree.Name(span, str(token))

    def _argument(self, parsed: Parsed) -> tree.Argument:
        if parsed.data == "named_argument":
            name, value = parsed.children
            return tree.Argument(self.span_of(parsed), self._name(name).text, self.expression(value))
        return tree.Argument(self.span_of(parsed), "", self.expression(parsed.children[0]))

    def _number(self, parsed: Parsed) -> tree.Number | tree.Binary:
        span = self.span_of(parsed)
        digits, *rest = parsed.children
        text = str(digits)
        self._check_size(text, self.span_of(digits))
        percent = any(isinstance(item, Token) and item.type == "PERCENT" for item in rest)
        words = [item for item in rest if isinstance(item, Token) and item.type == "WORD"]
        scale = str(words.pop(0)) if words and words[0] in SCALE_WORDS else ""
        if len(words) > 1:
            self.found.append(
                errors.words_after_number(" ".join(words), self.span_of(words[0]).to(self.span_of(words[1])))
            )
        unit = self._checked_name(words[0]).text if words else ""
        power = 1
        if rest and isinstance(rest[-1], Tree):
            signs = [str(item) for item in rest[-1].children]
            exponent = signs[-1]
            if exponent.isdigit() and len(exponent) <= 2:
                power = int(exponent) * (-1 if "-" in signs[:-1] else 1)
            else:
                self.found.append(errors.unit_exponent(exponent, span))
        if rest and isinstance(rest[-1], Tree) and not unit:
            # `2 thousand ^ 2`: what is raised is the number, there is no unit.
            raised = tree.Number(self.span_of(digits).to(self.span_of(rest[-2])), text, percent, scale)
            by: tree.Expr = tree.Number(self.span_of(rest[-1].children[-1]), str(abs(power)))
            return tree.Binary(span, "^", raised, by if power > 0 else tree.Unary(by.span, "-", by))
        return tree.Number(span, text, percent, scale, unit, power)

    def _check_size(self, text: str, span: Span) -> None:
        """Numbers stay small enough for exact fractions: `1e999999999` would take all memory there is."""
        mantissa, _, exponent = text.lower().partition("e")
        if len(re.sub(r"\D", "", mantissa)) > MOST_DIGITS or len(exponent.lstrip("+-")) > 3:
            self.found.append(errors.number_too_large(text, span))
        elif exponent:
            value = Fraction(text.replace("_", ""))
            if value > LARGEST or (value and value < 1 / LARGEST):
                self.found.append(errors.number_too_large(text, span))

    def span_of(self, parsed: Item) -> Span:
        """From the first to the last token of a parse tree. Brackets are tokens; commas and other marks are not."""
        first = last = parsed
        while isinstance(first, Tree):
            first = first.children[0]
        while isinstance(last, Tree):
            last = last.children[-1]
        assert first.start_pos is not None
        assert last.end_pos is not None
        return Span(self.source, self.offset + first.start_pos, self.offset + last.end_pos)


class _Operation:
    """A row of operands and operators on its way to a tree, by the table of precedence."""

    def __init__(self, build: Build, items: Sequence[Item]) -> None:
        self.build = build
        self.items = items
        self.place = 0

    def expression(self, least: int) -> tree.Expr:
        """What stands from here on and holds together at least as tightly as `least`."""
        left = self._operand()
        while self.place < len(self.items):
            operator = str(self.items[self.place])
            precedence = PRECEDENCE[operator]
            if precedence < least:
                break
            token = self.items[self.place]
            self.place += 1
            right = self.expression(precedence if operator == "^" else precedence + 1)
            if operator in COMPARISONS and isinstance(left, tree.Binary) and left.operator in COMPARISONS:
                self.build.found.append(errors.chained_comparison(self.build.span_of(token)))
            left = tree.Binary(left.span.to(right.span), operator, left, right)
        return left

    def _operand(self) -> tree.Expr:
        item = self.items[self.place]
        self.place += 1
        if isinstance(item, Tree):
            return self.build.expression(item)
        operand = self.expression(PREFIX_PRECEDENCE[str(item)])
        return tree.Unary(self.build.span_of(item).to(operand.span), str(item), operand)


class _Parts:
    """The children of a declaration: names, the optional parts by their rule, tokens by type, and expressions."""

    def __init__(self, parsed: Parsed) -> None:
        optional = ("label", "annotation", "indices", "range", "end", "times", "definition", "call")
        self.names = [c for c in parsed.children if isinstance(c, Tree) and c.data == "name"]
        self.trees = {str(c.data): c for c in parsed.children if isinstance(c, Tree) and c.data in optional}
        self.tokens = {str(c.type): c for c in parsed.children if isinstance(c, Token)}
        declared = self.names[:1]
        self.others: Sequence[Parsed] = [
            child
            for child in parsed.children
            if isinstance(child, Tree)
            and not any(child is name for name in declared)
            and (child.data not in optional or child.data == "call")
        ]


def _is_when(item: Item) -> bool:
    return isinstance(item, Token) and item.type in ("ALWAYS", "AT", "AFTER", "BEFORE")


def _unquoted(token: Token) -> str:
    text = str(token)
    return text[3:-3] if text.startswith('"""') else text[1:-1]
