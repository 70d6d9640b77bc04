"""From Lark's parse tree of an expression to the nodes of `tree.py`: operations, numbers, calls, tables of elements.

Small things that the grammar lets pass are checked here, where the words are at hand: a keyword used as a name, a row
of a table without the name of its element. Comments between the rows of a table are kept with the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import cast

from lark import Tree
from lark.lexer import Token

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source, Span
from sdlang.syntax import errors, tree
from sdlang.syntax.words import COMPARISONS, PRECEDENCE, PREFIX_PRECEDENCE, RESERVED
from sdlang.units.dates import fault_of

Parsed = Tree[Token]
Item = Parsed | Token

SCALE_WORDS = ("thousand", "million", "billion", "trillion")
MOST_DIGITS = 40
LARGEST = Fraction(10) ** 300


class Unreadable(Exception):
    """A declaration that means nothing; what is wrong with it has been told."""


class Expressions:
    """Builds nodes of one source, whose line ends are plain in `text`.

    `offset` is where the statement that is being built begins; `comments` are those between the rows of its tables
    that no row has taken yet, by their place.
    """

    def __init__(self, source: Source, text: str, found: list[Diagnostic]) -> None:
        self.source = source
        self.text = text
        self.found = found
        self.offset = 0
        self.comments: dict[int, str] = {}

    def begin(self, offset: int, comments: Sequence[tuple[int, str]]) -> None:
        """Turns to the next statement."""
        self.offset = offset
        self.comments = dict(comments)

    def expression(self, parsed: Item) -> tree.Expr:
        assert isinstance(parsed, Tree)
        children = parsed.children
        match parsed.data:
            case "name":
                return self.checked_name(cast(Token, children[0]))
            case "number":
                return self._number(parsed)
            case "date":
                return self._date(cast(Token, children[0]))
            case "operation" | "definition":
                return _Operation(self, children).expression(0)
            case "group":
                return tree.Group(self.span_of(parsed), self.expression(children[1]))
            case "call":
                return self._call(parsed)
            case "subscript":
                name, _, *indices = children[:-1]
                return tree.Subscript(
                    self.span_of(parsed), self.name(name), tuple(self.expression(index) for index in indices)
                )
            case "under":
                value, _, scenario = children
                seen = cast("tree.Name | tree.Subscript | tree.Call", self.expression(value))
                return tree.Under(self.span_of(parsed), seen, self.name(scenario))
            case "hole":
                return tree.Hole(self.span_of(parsed))
            case "conditional":
                test, yes, no = (self.expression(child) for child in children[1:])
                return tree.Conditional(self.span_of(parsed), test, yes, no)
            case "excepted":
                value, table = children
                return tree.Excepted(self.span_of(parsed), self.expression(value), self.element_table(table))
            case "element_table":
                return self.element_table(parsed)
            case "text":
                return tree.Text(self.span_of(parsed), unquoted(cast(Token, children[0])))
            case rule:
                raise AssertionError(f"the grammar has a rule `{rule}` that is not built")

    def name(self, parsed: Item) -> tree.Name:
        name = self.expression(parsed)
        assert isinstance(name, tree.Name)
        return name

    def names(self, parsed: Parsed) -> tuple[tree.Name, ...]:
        """All names that stand directly in a parse tree."""
        return tuple(self.name(child) for child in children_of(parsed, "name"))

    def place(self, parsed: Item) -> tree.Name | tree.Subscript:
        """A name, perhaps with a subscript."""
        return cast("tree.Name | tree.Subscript", self.expression(parsed))

    def end(self, parsed: Parsed) -> tree.End:
        """Where a flow comes from or goes to."""
        (end,) = parsed.children
        if isinstance(end, Token):
            return None
        return self._split(end) if end.data == "split" else self.place(end)

    def _split(self, parsed: Parsed) -> tree.Split:
        shares = []
        for share in children_of(parsed, "share"):
            end, value = share.children
            expression = self.expression(value)
            is_rest = isinstance(expression, tree.Name) and expression.text == "rest"
            shares.append(
                tree.Share(
                    self.span_of(share),
                    None if isinstance(end, Token) else self.place(end),
                    None if is_rest else expression,
                )
            )
        if not shares:
            self.found.append(errors.empty_table(self.span_of(parsed)))
            raise Unreadable
        return tree.Split(self.span_of(parsed), tuple(shares))

    def range(self, parsed: Parsed) -> tree.Range:
        """`2% .. 20% per year`"""
        low, high = parsed.children
        return tree.Range(self.span_of(parsed), self.expression(low), self.expression(high))

    def checked_name(self, token: Token) -> tree.Name:
        """A name, of which a message tells if it is a word of the language."""
        span = self.span_of(token)
        if token in RESERVED:
            self.found.append(errors.reserved_word(str(token), span))
        return tree.Name(span, str(token))

    def _argument(self, parsed: Parsed) -> tree.Argument:
        if parsed.data == "named_argument":
            name, value, *high = parsed.children
            limit = self.expression(high[0]) if high else None
            return tree.Argument(self.span_of(parsed), self.name(name).text, self.expression(value), limit)
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
        unit = self.checked_name(words[0]).text if words else ""
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

    def _date(self, token: Token) -> tree.Date:
        year, month, *day = (int(part) for part in token.split("-"))
        written = tree.Date(self.span_of(token), year, month, *day)
        fault = fault_of(year, month, *day)
        if fault is not None:
            self.found.append(errors.no_such_date(str(token), *fault, written.span))
            raise Unreadable
        return written

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

    def _call(self, parsed: Parsed) -> tree.Call:
        name, *rest = parsed.children
        arguments: list[tree.Argument] = []
        over: list[tree.Over] = []
        where = None
        for part in rest:
            if isinstance(part, Token):
                continue
            if part.data == "over":
                over.append(self._over(part))
            elif part.data == "where":
                where = self.expression(part.children[0])
            else:
                arguments.append(self._argument(part))
        return tree.Call(self.span_of(parsed), self.name(name), tuple(arguments), tuple(over), where)

    def _over(self, parsed: Parsed) -> tree.Over:
        within = next((self.name(part.children[0]) for part in children_of(parsed, "within")), None)
        name, *dimension = self.names(parsed)
        return tree.Over(self.span_of(parsed), name, dimension[0] if dimension else None, within)

    # Tables of elements ----------------------------------------------------------------------------------------------

    def element_table(self, parsed: Item, keeps_last_comments: bool = True) -> tree.ElementTable:
        """`{ manufacturing: 55%, retail: 60% }`: at least one row, each with the name of its element."""
        assert isinstance(parsed, Tree)
        span = self.span_of(parsed)
        lines = list(children_of(parsed, "row"))
        if not lines:
            self.found.append(errors.empty_table(span))
            raise Unreadable
        header: tuple[tree.Name, ...] = ()
        if not any(_is_labelled(cell) for cell in lines[0].children):
            header = tuple(self._column(cell) for cell in lines.pop(0).children)
        cells = [cell for line in lines for cell in self._cells(line)]
        if not cells:
            self.found.append(errors.no_rows([name.text for name in header], span))
            raise Unreadable
        rows: list[tree.Row] = []
        previous = header[-1].span.end if header else span.start + 1
        for label, values in cells:
            row_span = label.span.to(values[-1].span)
            behind, before = self._comments_between(previous, row_span.start, bool(rows))
            if rows and behind:
                rows[-1] = _with_comment(rows[-1], behind)
            rows.append(tree.Row(row_span, label, values, tree.Layout(before)))
            previous = row_span.end
        stop = span.end - 1 if keeps_last_comments else self._end_of_line(previous, span.end - 1)
        behind, after = self._comments_between(previous, stop, True)
        rows[-1] = _with_comment(rows[-1], behind)
        while after and not after[-1]:
            after = after[:-1]
        return tree.ElementTable(span, header, tuple(rows), after)

    def _cells(self, line: Parsed) -> Iterator[tuple[tree.Name, tuple[tree.Expr, ...]]]:
        """The rows that stand in one line: each begins with a labelled cell."""
        cells: list[Parsed] = [cell for cell in line.children if isinstance(cell, Tree)]
        if not _is_labelled(cells[0]):
            self.found.append(errors.missing_label(self.span_of(cells[0])))
            raise Unreadable
        starts = [place for place, cell in enumerate(cells) if _is_labelled(cell)]
        for start, stop in zip(starts, [*starts[1:], len(cells)], strict=True):
            label, first = cells[start].children
            values = [first, *cells[start + 1 : stop]]
            yield self._element(label), tuple(self.expression(value) for value in values)

    def _column(self, parsed: Item) -> tree.Name:
        """The name of a column, which is a name or a whole number."""
        assert isinstance(parsed, Tree)
        if parsed.data in ("name", "number") and len(parsed.children) == 1:
            return self._element(parsed)
        self.found.append(errors.missing_label(self.span_of(parsed)))
        raise Unreadable

    def _element(self, parsed: Item) -> tree.Name:
        """The name of an element: a word, or a whole number of a dimension like `20 .. 64`."""
        token = parsed if isinstance(parsed, Token) else cast(Token, parsed.children[0])
        if token.type == "WORD":
            return self.checked_name(token)
        if not token.isdigit():
            self.found.append(errors.not_an_element(str(token), self.span_of(token)))
            raise Unreadable
        return tree.Name(self.span_of(token), str(token))

    def members(self, values: Sequence[Item | tree.Expr]) -> tuple[tree.Name, ...]:
        """Names of elements, in a parse tree or read as expressions."""
        found = []
        for value in values:
            expression = value if isinstance(value, tree.Node) else self.expression(value)
            match expression:
                case tree.Name():
                    found.append(expression)
                case tree.Number(text=text, percent=False, scale="", unit="") if text.isdigit():
                    found.append(tree.Name(expression.span, text))
                case _:
                    self.found.append(errors.not_an_element(expression.span.text, expression.span))
                    raise Unreadable
        return tuple(found)

    def _end_of_line(self, position: int, end: int) -> int:
        newline = self.text.find("\n", position, end)
        return end if newline < 0 else newline

    def _comments_between(self, start: int, end: int, has_row: bool) -> tuple[str, tuple[str, ...]]:
        """The comment behind the row that ends at `start`, and comments and blank lines up to `end`.

        A comment behind the opening brace or the header stays with the declaration.
        """
        behind = ""
        before: list[str] = []
        position = start
        lines = self.text[start:end].split("\n")
        for number, line in enumerate(lines):
            mark = line.find("#")
            comment = self.comments.pop(position + mark, "") if mark >= 0 and (number or has_row) else ""
            if not number:
                behind = comment
            elif comment:
                before.append(comment)
            elif not line.strip() and number < len(lines) - 1 and (before or has_row) and before[-1:] != [""]:
                before.append("")
            position += len(line) + 1
        return behind, tuple(before)


class _Operation:
    """A row of operands and operators on its way to a tree, by the table of precedence."""

    def __init__(self, build: Expressions, items: Sequence[Item]) -> None:
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


class Parts:
    """The children of a declaration: names, the optional parts by their rule, tokens by type, and expressions."""

    def __init__(self, build: Expressions, parsed: Parsed) -> None:
        optional = ("label", "annotation", "indices", "range", "end", "times", "definition", "distribution")
        self.build = build
        self.names = [c for c in parsed.children if isinstance(c, Tree) and c.data == "name"]
        self.trees = {str(c.data): c for c in parsed.children if isinstance(c, Tree) and c.data in optional}
        self.tokens = {str(c.type): c for c in parsed.children if isinstance(c, Token)}
        declared = self.names[:1]
        self.others: Sequence[Parsed] = [
            child
            for child in parsed.children
            if isinstance(child, Tree) and not any(child is name for name in declared) and child.data not in optional
        ]

    @property
    def name(self) -> tree.Name:
        """What is declared."""
        return self.build.name(self.names[0])

    @property
    def value(self) -> tree.Expr:
        return self.build.expression(self.others[0])

    @property
    def label(self) -> str:
        label = self.trees.get("label")
        return "" if label is None else unquoted(cast(Token, label.children[0]))

    @property
    def title(self) -> str:
        return unquoted(self.tokens["STRING"]) if "STRING" in self.tokens else ""

    @property
    def unit(self) -> tree.Expr | None:
        annotation = self.trees.get("annotation")
        return None if annotation is None else self.build.expression(annotation.children[0])

    @property
    def indices(self) -> tuple[tree.Index, ...]:
        indices = self.trees.get("indices")
        if indices is None:
            return ()
        return tuple(
            tree.Index(self.build.span_of(index), *self.build.names(index)) for index in children_of(indices, "index")
        )


def children_of(parsed: Parsed, rule: str) -> Iterator[Parsed]:
    """The parse trees of a rule that stand directly in another."""
    return (child for child in parsed.children if isinstance(child, Tree) and child.data == rule)


def _is_labelled(parsed: Item) -> bool:
    return isinstance(parsed, Tree) and parsed.data == "labelled"


def _with_comment(row: tree.Row, comment: str) -> tree.Row:
    return replace(row, layout=replace(row.layout, after=comment)) if comment else row


def unquoted(token: Token) -> str:
    """What a text in quotation marks says."""
    text = str(token)
    return text[3:-3] if text.startswith('"""') else text[1:-1]
