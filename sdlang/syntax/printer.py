"""From a syntax tree to text in one standard form: the formatter, and the last step of every importer.

Spaces stand around operators and not inside units; a blank line or none between declarations, as the author had it;
blocks are indented by two blanks; a declaration longer than a line is broken at its outermost operators. Comments stay
(one inside an expression moves above it). Printing a tree and reading the text again gives the same tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from sdlang.syntax import tree
from sdlang.syntax.words import COMPARISONS, PRECEDENCE, PREFIX_PRECEDENCE

WIDTH = 110
INDENT = "  "
ATOM = 10


def print_file(file: tree.File) -> str:
    """The whole text, ending with a line end."""
    lines = list(_block(file.declarations, file.after, ""))
    while lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines) + "\n" if lines else ""


def print_declaration(declaration: tree.Declaration, indent: str = "") -> str:
    """One declaration with its documentation and comments, without the blank lines before it."""
    return "\n".join(_with_layout(declaration, indent)).lstrip("\n")


def _block(declarations: Iterable[tree.Declaration], after: tuple[str, ...], indent: str) -> Iterable[str]:
    for declaration in declarations:
        yield from _with_layout(declaration, indent)
    yield from (indent + line if line else "" for line in after)


def _with_layout(declaration: tree.Declaration, indent: str) -> Iterable[str]:
    layout = declaration.layout
    yield from (indent + line if line else "" for line in layout.before)
    yield from (f"{indent}## {line}".rstrip() for line in layout.documentation)
    first, *rest = _statement(declaration, indent)
    if layout.after:
        at = first if not rest or _opens_block(declaration) else rest[-1]
        commented = f"{at}  {layout.after}"
        if at is first:
            first = commented
        else:
            rest[-1] = commented
    yield first
    yield from rest


def _opens_block(declaration: tree.Declaration) -> bool:
    return isinstance(declaration, tree.Scenario | tree.Report | tree.Component)


def _statement(declaration: tree.Declaration, indent: str) -> list[str]:
    """The lines of a declaration."""
    inner = indent + INDENT
    match declaration:
        case tree.Scenario(name=name, label=label, items=items, after=after):
            return _braced(f"{indent}scenario {name.text}{_label(label)}", list(_block(items, after, inner)), indent)
        case tree.Report(items=items, after=after):
            return _braced(f"{indent}report", list(_block(items, after, inner)), indent)
        case tree.Component(name=name, ports=ports, returns=returns, body=body, after=after):
            header = f"component {name.text}({', '.join(map(_port, ports))}) returns {returns.text}"
            return _braced(indent + header, list(_block(body, after, inner)), indent)
        case tree.Table(points=points):
            return _table(declaration, [_point(point) for point in points], indent)
        case tree.Prose(text=text):
            mark = '"""' if "\n" in text or '"' in text else '"'
            return [f"{indent}text {mark}{text}{mark}"]
        case _:
            return _broken(_line(declaration), declaration, indent)


def _braced(header: str, lines: list[str], indent: str) -> list[str]:
    while lines and not lines[0]:
        lines.pop(0)
    return [f"{header} {{", *lines, f"{indent}}}"]


def _table(table: tree.Table, points: list[str], indent: str) -> list[str]:
    unit = "" if table.input_unit is None else f" : {_tight(table.input_unit)}"
    header = f"table {table.name.text}({table.input.text}{unit}){_label(table.label)}{_annotation(table.unit)} ="
    lines = [indent + header]
    for point in points:
        if len(lines[-1]) + 1 + len(point) > WIDTH:
            lines.append(indent + INDENT * 2 + point)
        else:
            lines[-1] += " " + point
    lines[-1] += "".join(f", {word}" for word in (table.method, table.outside) if word)
    return lines


def _line(declaration: tree.Declaration) -> str:
    """A declaration without a block, on one line."""
    match declaration:
        case tree.Title(text=text):
            return f'model "{text}"'
        case tree.Simulate(start=start, stop=stop, step=step, method=method, save=save):
            line = f"simulate {print_expression(start)} to {print_expression(stop)}"
            if step is not None:
                line += f", step {_tight(step)}"
            if method is not None:
                line += f", using {method.text}"
            return line if save is None else f"{line}, save every {_tight(save)}"
        case tree.UnitDeclaration(names=names, definition=definition):
            parts = [name.text for name in names]
            return "unit " + " = ".join(parts if definition is None else [*parts, _tight(definition)])
        case tree.Parameter(name=name, label=label, unit=unit, value=value, range=limits):
            line = f"param {name.text}{_label(label)}{_annotation(unit)} = {print_expression(value)}"
            return line if limits is None else f"{line} in {_range(limits)}"
        case tree.Stock(name=name, indices=indices, label=label, unit=unit, initial=value):
            head = f"stock {name.text}{_indices(indices)}{_label(label)}{_annotation(unit)}"
            return f"{head} = {print_expression(value)}"
        case tree.Auxiliary(name=name, indices=indices, label=label, unit=unit, value=value):
            head = f"aux {name.text}{_indices(indices)}{_label(label)}{_annotation(unit)}"
            return f"{head} = {print_expression(value)}"
        case tree.Flow(name=name, indices=indices, label=label, unit=unit, source=source, target=target, rate=rate):
            ends = f"{_end(source)} -> {_end(target)}"
            head = f"flow {name.text}{_indices(indices)}{_label(label)}: {ends}{_annotation(unit)}"
            return f"{head} = {print_expression(rate)}"
        case tree.Series(name=name, label=label, unit=unit, reader=reader, method=method, outside=outside):
            words = "".join(f", {word}" for word in (method, outside) if word)
            return f"series {name.text}{_label(label)}{_annotation(unit)} = {print_expression(reader)}{words}"
        case tree.Override(name=name, value=value, since=since):
            line = f"{name.text} = {print_expression(value)}"
            return line if since is None else f"{line} from {print_expression(since)}"
        case tree.Expect(condition=condition, when=when, time=time):
            line = f"expect {print_expression(condition)}"
            line += f" {when}" if when else ""
            return line if time is None else f"{line} {print_expression(time)}"
        case tree.Plot(title=title, items=items):
            return f"plot{_label(title)} {', '.join(item.text for item in items)}"
        case tree.TableRequest(title=title, items=items, times=times):
            line = f"table{_label(title)} {', '.join(item.text for item in items)}"
            return line + (f" at {', '.join(map(print_expression, times))}" if times else "")
        case tree.Section(name=name):
            return name
        case tree.Dimension(name=name, range=limits):
            return f"dim {name.text} = {_range(limits)}"
        case _:
            raise TypeError(f"{type(declaration).__name__} has a block and is no single line")


def _broken(line: str, declaration: tree.Declaration, indent: str) -> list[str]:
    """The line, or, where it is too long, its expression broken before the outermost operators."""
    if len(indent) + len(line) <= WIDTH:
        return [indent + line]
    match declaration:
        case tree.Stock(initial=value) | tree.Auxiliary(value=value) | tree.Flow(rate=value):
            text = print_expression(value)
            head = line.removesuffix(text).rstrip()
            pieces = _pieces(value)
            return (
                [indent + head, *(indent + INDENT * 2 + piece for piece in pieces)]
                if _can_open(head)
                else [indent + line]
            )
        case _:
            return [indent + line]


def _can_open(head: str) -> bool:
    return head.endswith("=")


def _pieces(expression: tree.Expr) -> list[str]:
    """Parts of an expression for lines of their own; each but the first begins with an operator."""
    match expression:
        case tree.Conditional(test=test, yes=yes, no=no):
            first = f"if {print_expression(test)} then {print_expression(yes)}"
            rest = _pieces(no)
            return [first, f"else {rest[0]}", *rest[1:]]
        case tree.Binary(operator=operator, left=left, right=right) if operator in ("+", "-", "and", "or"):
            if isinstance(left, tree.Binary) and PRECEDENCE[left.operator] == PRECEDENCE[operator]:
                before = _pieces(left)
            else:
                before = [_operand(left, PRECEDENCE[operator])]
            return [*before, f"{operator} {_operand(right, PRECEDENCE[operator] + 1)}"]
        case _:
            return [print_expression(expression)]


def print_expression(expression: tree.Expr) -> str:
    """An expression on one line, with parentheses where the tree needs them."""
    match expression:
        case tree.Number():
            return _number(expression)
        case tree.Name(text=text):
            return text
        case tree.Subscript(name=name, indices=indices):
            return f"{name.text}[{', '.join(map(print_expression, indices))}]"
        case tree.Text(value=value):
            return f'"{value}"'
        case tree.Unary(operator=operator, operand=operand):
            inner = _operand(operand, PREFIX_PRECEDENCE[operator])
            return f"not {inner}" if operator == "not" else f"{operator}{inner}"
        case tree.Binary(operator=operator, left=left, right=right):
            return _binary(operator, left, right)
        case tree.Conditional(test=test, yes=yes, no=no):
            return f"if {print_expression(test)} then {print_expression(yes)} else {print_expression(no)}"
        case tree.Call(function=function, arguments=arguments):
            return f"{function.text}({', '.join(map(_argument, arguments))})"
        case tree.Group(inner=inner):
            return f"({print_expression(inner)})"
    assert_never(expression)


def _binary(operator: str, left: tree.Expr, right: tree.Expr) -> str:
    precedence = PRECEDENCE[operator]
    if operator == "^":
        is_quantity = isinstance(left, tree.Number) and bool(left.scale or left.unit)
        base = f"({print_expression(left)})" if is_quantity else _operand(left, precedence + 1)
        return f"{base}^{_operand(right, precedence)}"
    chained = 1 if operator in COMPARISONS else 0
    before, after = _operand(left, precedence + chained), _operand(right, precedence + 1)
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


def _operand(expression: tree.Expr, least: int) -> str:
    text = print_expression(expression)
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
        case _:
            return ATOM


def _number(number: tree.Number) -> str:
    words = [number.text + ("%" if number.percent else "")]
    words.extend(word for word in (number.scale, number.unit) if word)
    return " ".join(words) + (f"^{number.power}" if number.power != 1 else "")


def _argument(argument: tree.Argument) -> str:
    value = print_expression(argument.value)
    return f"{argument.name} = {value}" if argument.name else value


def _tight(expression: tree.Expr) -> str:
    """A unit: `person/month`, without blanks."""
    match expression:
        case tree.Binary(operator=operator, left=left, right=right):
            blank = " " if operator.isalpha() else ""
            after = _tight(right) if _tightness(right) > PRECEDENCE[operator] else f"({_tight(right)})"
            before = _tight(left) if _tightness(left) >= PRECEDENCE[operator] else f"({_tight(left)})"
            return f"{before}{blank}{operator}{blank}{after}"
        case tree.Group(inner=inner):
            return f"({_tight(inner)})"
        case _:
            return print_expression(expression)


def print_unit(expression: tree.Expr) -> str:
    """A unit as it is shown: `person/month`, also where it was written `person per month`."""
    return _tight(expression).replace(" per ", "/")


def _annotation(unit: tree.Expr | None) -> str:
    return "" if unit is None else f" : {_tight(unit)}"


def _label(label: str) -> str:
    return f' "{label}"' if label else ""


def _indices(indices: tuple[tree.Name, ...]) -> str:
    return f"[{', '.join(index.text for index in indices)}]" if indices else ""


def _end(end: tree.Name | tree.Subscript | None) -> str:
    return "cloud" if end is None else print_expression(end)


def _range(limits: tree.Range) -> str:
    return f"{print_expression(limits.low)} .. {print_expression(limits.high)}"


def _point(point: tree.Point) -> str:
    return f"({print_expression(point.x)}, {print_expression(point.y)})"


def _port(port: tree.Port) -> str:
    default = "" if port.default is None else f" = {print_expression(port.default)}"
    return f"{port.name.text}{_annotation(port.unit)}{default}"
