"""From an expression of the syntax tree to text: on one line, or with its tables of elements broken into rows.

A table of two dimensions has a line for each row, with aligned columns; one of one dimension stands on one line unless
its rows have comments, or the line would become too long. Flat text (without a `Style`) never has a line end: there,
rows are divided by `;`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from sdlang.syntax import tree
from sdlang.syntax.words import COMPARISONS, PRECEDENCE, PREFIX_PRECEDENCE

WIDTH = 110
TABLE_WIDTH = 100
INDENT = "  "
ATOM = 10
LOOSEST = -1


@dataclass(frozen=True, slots=True)
class Style:
    """How tables are broken: how far the line that holds one is set in, and whether it is broken in any case."""

    indent: str
    breaks: bool = False


def print_expression(expression: tree.Expr, style: Style | None = None) -> str:
    """An expression on one line (tables broken where a style is given), with parentheses where the tree needs them."""
    match expression:
        case tree.Number():
            return _number(expression)
        case tree.Date(year=year, month=month, day=day):
            return f"{year:04}-{month:02}" + ("" if day is None else f"-{day:02}")
        case tree.Name(text=text):
            return text
        case tree.Subscript(name=name, indices=indices):
            return f"{name.text}[{', '.join(print_expression(index, style) for index in indices)}]"
        case tree.Text(value=value):
            return f'"{value}"'
        case tree.Unary(operator=operator, operand=operand):
            inner = _operand(operand, PREFIX_PRECEDENCE[operator], style)
            return f"not {inner}" if operator == "not" else f"{operator}{inner}"
        case tree.Binary(operator=operator, left=left, right=right):
            return _binary(operator, left, right, style)
        case tree.Conditional(test=test, yes=yes, no=no):
            first = f"if {print_expression(test, style)} then {print_expression(yes, style)}"
            return f"{first} else {_operand(no, 0, style)}"
        case tree.Call():
            return _call(expression, style)
        case tree.Under(value=value, scenario=scenario):
            return f"{print_expression(value, style)} under {scenario.text}"
        case tree.Hole():
            return "?"
        case tree.Group(inner=inner):
            return f"({print_expression(inner, style)})"
        case tree.ElementTable():
            return _table(expression, style)
        case tree.Excepted(value=value, table=table):
            return f"{print_expression(value, style)} except {_table(table, style)}"
    assert_never(expression)


def pieces(expression: tree.Expr) -> list[str]:
    """Parts of an expression for lines of their own; each but the first begins with an operator."""
    match expression:
        case tree.Conditional(test=test, yes=yes, no=no):
            first = f"if {print_expression(test)} then {print_expression(yes)}"
            rest = [_operand(no, 0)] if isinstance(no, tree.Excepted) else pieces(no)
            return [first, f"else {rest[0]}", *rest[1:]]
        case tree.Binary(operator=operator, left=left, right=right) if operator in ("+", "-", "and", "or"):
            if isinstance(left, tree.Binary) and PRECEDENCE[left.operator] == PRECEDENCE[operator]:
                before = pieces(left)
            else:
                before = [_operand(left, PRECEDENCE[operator])]
            return [*before, f"{operator} {_operand(right, PRECEDENCE[operator] + 1)}"]
        case _:
            return [print_expression(expression)]


def _binary(operator: str, left: tree.Expr, right: tree.Expr, style: Style | None) -> str:
    precedence = PRECEDENCE[operator]
    if operator == "^":
        is_quantity = isinstance(left, tree.Number) and bool(left.scale or left.unit)
        base = f"({print_expression(left)})" if is_quantity else _operand(left, precedence + 1, style)
        return f"{base}^{_operand(right, precedence, style)}"
    chained = 1 if operator in COMPARISONS else 0
    before, after = _operand(left, precedence + chained, style), _operand(right, precedence + 1, style)
    if operator in ("/", "*") and _ends_with_unit(left) and isinstance(right, tree.Name):
        return f"{before}{operator}{after}"
    return f"{before} {operator} {after}"


def _ends_with_unit(expression: tree.Expr) -> bool:
    """`35_000 HKD/person`: a number with a unit and units behind it are written without blanks."""
    match expression:
        case tree.Number(unit=unit):
            return bool(unit)
        case tree.Binary(operator="/" | "*", left=left, right=tree.Name()):
            return _ends_with_unit(left)
        case _:
            return False


def _operand(expression: tree.Expr, least: int, style: Style | None = None) -> str:
    text = print_expression(expression, style)
    return text if _tightness(expression) >= least else f"({text})"


def _tightness(expression: tree.Expr) -> int:
    """How tightly an expression holds together, on the scale of the table of precedence."""
    match expression:
        case tree.Binary(operator=operator):
            return PRECEDENCE[operator]
        case tree.Unary(operator=operator):
            return PREFIX_PRECEDENCE[operator]
        case tree.Conditional():
            return 0
        case tree.Excepted():
            return LOOSEST
        case _:
            return ATOM


def _number(number: tree.Number) -> str:
    words = [number.text + ("%" if number.percent else "")]
    words.extend(word for word in (number.scale, number.unit) if word)
    return " ".join(words) + (f"^{number.power}" if number.power != 1 else "")


def _call(call: tree.Call, style: Style | None) -> str:
    inside = ", ".join(_argument(argument, style) for argument in call.arguments)
    if call.over:
        inside += f" over {', '.join(map(_over, call.over))}"
    if call.where is not None:
        inside += f" where {print_expression(call.where, style)}"
    return f"{call.function.text}({inside})"


def _argument(argument: tree.Argument, style: Style | None) -> str:
    value = print_expression(argument.value, style)
    if argument.high is not None:
        value += f" .. {print_expression(argument.high, style)}"
    return f"{argument.name} = {value}" if argument.name else value


def _over(over: tree.Over) -> str:
    named = over.name.text if over.dimension is None else f"{over.name.text}: {over.dimension.text}"
    return named if over.within is None else f"{named} in {over.within.text}"


# Tables of elements --------------------------------------------------------------------------------------------------

# The label of a row, its cells, and what stands around it.
Line = tuple[str, Sequence[str], tree.Layout]


def _table(table: tree.ElementTable, style: Style | None) -> str:
    if style is not None:
        is_plain = not table.header and not table.after and all(row.layout == tree.Layout() for row in table.rows)
        flat = _flat(table, style) if is_plain and not style.breaks else ""
        return flat if flat and "\n" not in flat else _broken(table, style)
    return _flat(table, None)


def _flat(table: tree.ElementTable, style: Style | None) -> str:
    lines = [", ".join(name.text for name in table.header)] if table.header else []
    for row in table.rows:
        values = ", ".join(print_expression(value, style) for value in row.values)
        lines.append(f"{row.label.text}: {values}")
    divider = ", " if all(len(row.values) == 1 for row in table.rows) and not table.header else "; "
    return f"{{ {divider.join(lines)} }}"


def _broken(table: tree.ElementTable, style: Style) -> str:
    inner = Style(style.indent + INDENT)
    lines: list[Line] = []
    for row in table.rows:
        cells = [print_expression(value, inner) for value in row.values]
        if len(inner.indent) + len(row.label.text) + 2 + sum(map(len, cells)) > TABLE_WIDTH:
            cells = [print_expression(value, Style(inner.indent, breaks=True)) for value in row.values]
        lines.append((row.label.text, cells, row.layout))
    rows = print_rows([name.text for name in table.header], lines, table.after, inner.indent)
    return "\n".join(["{", *rows, style.indent + "}"])


def print_rows(header: Sequence[str], rows: Sequence[Line], after: Sequence[str], indent: str) -> Iterator[str]:
    """The lines of a table: a row a line, values below one another, and columns where there is a header."""
    margin = max(len(label) for label, _, _ in rows) + 2
    widths = [
        max(
            len(cell)
            for cell in (name, *(cells[place] for _, cells, _ in rows if place < len(cells)))
            if "\n" not in cell
        )
        for place, name in enumerate(header)
    ]
    if header:
        yield indent + " " * margin + _columns(header, widths)
    for label, cells, layout in rows:
        yield from (indent + line if line else "" for line in layout.before)
        behind = f"  {layout.after}" if layout.after else ""
        yield f"{indent}{label + ':':<{margin}}{_columns(cells, widths)}{behind}"
    yield from (indent + line if line else "" for line in after)


def _columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells with commas between them, as wide as their columns where these have a width."""
    if any("\n" in cell for cell in cells):
        return ", ".join(cells)
    padded = [
        f"{cell + ',':<{widths[place] + 1 if place < len(widths) else 0}}" for place, cell in enumerate(cells[:-1])
    ]
    return " ".join([*padded, cells[-1]])


def print_end(end: tree.End, style: Style | None = None) -> str:
    """Where a flow comes from or goes to."""
    match end:
        case None:
            return "cloud"
        case tree.Split(shares=shares):
            parts = [f"{print_end(share.end, style)}: {_share(share, style)}" for share in shares]
            if style is None or not style.breaks:
                return f"{{ {', '.join(parts)} }}"
            return "\n".join(["{", *(style.indent + INDENT + part for part in parts), style.indent + "}"])
        case _:
            return print_expression(end, style)


def _share(share: tree.Share, style: Style | None) -> str:
    return "rest" if share.share is None else print_expression(share.share, style)


# Units ---------------------------------------------------------------------------------------------------------------


def print_tight(expression: tree.Expr) -> str:
    """A unit: `person/month`, without blanks."""
    match expression:
        case tree.Binary(operator=operator, left=left, right=right):
            blank = " " if operator.isalpha() or operator in "+-" else ""  # `2024-10` would be a date
            after = print_tight(right) if _tightness(right) > PRECEDENCE[operator] else f"({print_tight(right)})"
            before = print_tight(left) if _tightness(left) >= PRECEDENCE[operator] else f"({print_tight(left)})"
            return f"{before}{blank}{operator}{blank}{after}"
        case tree.Group(inner=inner):
            return f"({print_tight(inner)})"
        case _:
            return print_expression(expression)


def print_unit(expression: tree.Expr) -> str:
    """A unit as it is shown: `person/month`, also where it was written `person per month`."""
    return print_tight(expression).replace(" per ", "/")
