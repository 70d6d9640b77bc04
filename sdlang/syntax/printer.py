"""From a syntax tree to text in one standard form: the formatter, and the last step of every importer.

Spaces stand around operators and not inside units; a blank line or none between declarations, as the author had it;
blocks are indented by two blanks; a declaration longer than a line is broken at its tables of elements, or else at its
outermost operators. Comments stay (one inside an expression moves above it, one between the rows of a table stays with
its row). Printing a tree and reading the text again gives the same tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sdlang.syntax import tree
from sdlang.syntax.printer_expressions import (
    INDENT,
    TABLE_WIDTH,
    WIDTH,
    Style,
    pieces,
    print_end,
    print_expression,
    print_rows,
    print_tight,
    print_unit,
)

__all__ = ["WIDTH", "print_declaration", "print_expression", "print_file", "print_unit"]

GO_ON = INDENT * 2


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
    lines = _statement(declaration, indent)
    if layout.after:
        lines[_line_of_comment(declaration, lines)] += f"  {layout.after}"
    yield from lines


def _line_of_comment(declaration: tree.Declaration, lines: Sequence[str]) -> int:
    """Where the comment at the end of a declaration stands: at its last line, or behind the brace of its block."""
    match declaration:
        case (
            tree.Scenario()
            | tree.Report()
            | tree.Component()
            | tree.Stratify()
            | tree.Block()
            | tree.Claim()
            | tree.When()
            | tree.At()
            | tree.Every()
        ):
            return next(place for place, line in enumerate(lines) if line.endswith(("{", "}")))
        case _:
            return -1


def _statement(declaration: tree.Declaration, indent: str) -> list[str]:
    """The lines of a declaration."""
    inner = indent + INDENT
    match declaration:
        case tree.Scenario(name=name, label=label, items=items, after=after, extends=extends):
            extended = f" extends {_names(extends)}" if extends else ""
            header = f"{indent}scenario {name.text}{_label(label)}{extended}"
            return _braced([header], _block(items, after, inner), indent)
        case tree.Claim(text=text, origin=origin, items=items, after=after):
            source = f' from "{origin}"' if origin else ""
            return _braced([f'{indent}claim "{text}"{source}'], _block(items, after, inner), indent)
        case tree.When() | tree.At() | tree.Every():
            header = f"{indent}{_event(declaration)}"
            return _braced([header], _block(declaration.items, declaration.after, inner), indent)
        case tree.Report(items=items, after=after):
            return _braced([f"{indent}report"], _block(items, after, inner), indent)
        case tree.Stratify(dimensions=dimensions, items=items, after=after):
            return _braced([f"{indent}stratify model by {_names(dimensions)}"], _block(items, after, inner), indent)
        case tree.Component(body=body, after=after):
            return _braced(_component(declaration, indent), _block(body, after, inner), indent)
        case tree.Block():
            return _use(declaration, indent)
        case tree.Dimension(maps=tree.Name(text=maps), blocs=blocs):
            rows = [(bloc.element.text, [member.text for member in bloc.members], bloc.layout) for bloc in blocs]
            return _braced(
                [f"{indent}dim {declaration.name.text} maps {maps}"], print_rows((), rows, (), inner), indent
            )
        case tree.Table():
            unit = "" if declaration.input_unit is None else f" : {print_tight(declaration.input_unit)}"
            header = f"table {declaration.name.text}({declaration.input.text}{unit})"
            return _points(f"{header}{_label(declaration.label)}{_annotation(declaration.unit)} =", declaration, indent)
        case tree.TableOverride(name=name):
            return _points(f"{print_expression(name)} =", declaration, indent)
        case tree.Prose(text=text):
            mark = '"""' if "\n" in text or '"' in text else '"'
            return [f"{indent}text {mark}{text}{mark}"]
        case _:
            return _broken(declaration, indent)


def _braced(header: list[str], inside: Iterable[str], indent: str) -> list[str]:
    lines = list(inside)
    while lines and not lines[0]:
        lines.pop(0)
    *before, last = header
    if not lines:
        return [*before, f"{last} {{}}"]
    return [*before, f"{last} {{", *lines, f"{indent}}}"]


def _points(header: str, table: tree.Table | tree.TableOverride, indent: str) -> list[str]:
    """A table: as many of its points on a line as fit it."""
    lines = [indent + header]
    for point in (_point(point, indent) for point in table.points):
        if len(lines[-1]) + 1 + len(point) > WIDTH:
            lines.append(indent + GO_ON + point)
        else:
            lines[-1] += " " + point
    lines[-1] += "".join(f", {word}" for word in (table.method, table.outside) if word)
    return lines


# Components and their uses -------------------------------------------------------------------------------------------


def _component(component: tree.Component, indent: str) -> list[str]:
    """The header of a component; a long one has its stock ports on a line of their own."""
    ports = [_port(port, indent) for port in component.ports]
    first = f"{indent}component {component.name.text}("
    behind = " ".join(map(_stock_port, component.stock_ports))
    if component.returns is not None:
        behind = f"{behind} returns {component.returns.text}".lstrip()
    line = f"{first}{', '.join(ports)}){' ' * bool(behind)}{behind}"
    if len(line) + 2 <= WIDTH:
        return [line]
    lines = _filled(first, [*_listed(ports), ")"], indent)
    return [*lines, f"{indent}{GO_ON}{behind}"] if behind else lines


def _port(port: tree.Port, indent: str) -> str:
    if port.is_dimension:
        return f"dim {port.name.text}"
    default = "" if port.default is None else f" = {print_expression(port.default, Style(indent))}"
    return f"{port.name.text}{_indices(port.indices)}{_annotation(port.unit)}{default}"


def _stock_port(port: tree.StockPort) -> str:
    cloud = " = cloud" if port.may_be_cloud else ""
    needed_by = f" with {', '.join(name.text for name in port.needed_by)}" if port.needed_by else ""
    return f"{port.direction} {port.name.text}{cloud}{needed_by}"


def _use(block: tree.Block, indent: str) -> list[str]:
    """A use of a component; inside another, one of a single line without comments stands on one line."""
    header = f"{indent}{block.component.text} {block.name.text}{_indices(block.indices)}{_label(block.label)}"
    match block.items:
        case (tree.Bindings(items=items, layout=layout),) if indent and layout == tree.Layout() and not block.after:
            line = f"{header} {{ {', '.join(_binding(item, Style(indent)) for item in items)} }}"
            if len(line) <= TABLE_WIDTH and "\n" not in line:
                return [line]
    return _braced([header], _block(block.items, block.after, indent + INDENT), indent)


def _binding(binding: tree.Binding, style: Style) -> str:
    given = print_end(binding.end, style) if binding.value is None else print_expression(binding.value, style)
    return f"{binding.name.text} {binding.operator} {given}"


# Lines ---------------------------------------------------------------------------------------------------------------


def _line(declaration: tree.Declaration, style: Style) -> str:
    """A declaration without a block, on one line where its tables let it."""

    def show(expression: tree.Expr) -> str:
        return print_expression(expression, style)

    match declaration:
        case tree.Title(text=text):
            return f'model "{text}"'
        case tree.Simulate(start=start, stop=stop, step=step, method=method, save=save, seed=seed, runs=runs):
            line = f"simulate {show(start)} to {show(stop)}"
            if step is not None:
                line += f", step {print_tight(step)}"
            if method is not None:
                line += f", using {method.text}"
            line += "" if save is None else f", save every {print_tight(save)}"
            line += "" if seed is None else f", seed {show(seed)}"
            return line if runs is None else f"{line}, runs {show(runs)}"
        case tree.UnitDeclaration(names=names, definition=definition):
            parts = [name.text for name in names]
            return "unit " + " = ".join(parts if definition is None else [*parts, print_tight(definition)])
        case tree.Parameter(value=value):
            return f"param {_head(declaration)} = {show(value)}{_assumption(declaration, style)}"
        case tree.Uncertain(name=place):
            return f"uncertain {show(place)}{_assumption(declaration, style)}"
        case tree.Stock(initial=value):
            return f"stock {_head(declaration)} = {show(value)}"
        case tree.Auxiliary(value=value):
            return f"aux {_head(declaration)} = {show(value)}"
        case tree.Flow(name=name, indices=indices, label=label, unit=unit, source=source, target=target, rate=rate):
            ends = f"{print_end(source, style)} -> {print_end(target, style)}"
            return f"flow {name.text}{_indices(indices)}{_label(label)}: {ends}{_annotation(unit)} = {show(rate)}"
        case tree.Series(reader=reader, method=method, outside=outside):
            words = "".join(f", {word}" for word in (method, outside) if word)
            return f"series {_head(declaration)} = {show(reader)}{words}"
        case tree.Override(name=place, value=value, since=since, ramp=ramp):
            line = f"{show(place)} = {show(value)}"
            line += "" if since is None else f" from {show(since)}"
            return line if ramp is None else f"{line} over {show(ramp)}"
        case tree.Expect():
            return _expect(declaration, style)
        case tree.InitialEquilibrium(exceptions=exceptions):
            return "initial equilibrium" + (f" except {_names(exceptions)}" if exceptions else "")
        case tree.Solve(unknowns=unknowns):
            return "solve " + ", ".join(f"{unknown.name.text} from {show(unknown.guess)}" for unknown in unknowns)
        case tree.Move(name=name, indices=indices, label=label, unit=unit, source=source, target=target, amount=amount):
            ends = f"{print_end(source, style)} -> {print_end(target, style)}"
            return f"move {name.text}{_indices(indices)}{_label(label)}: {ends}{_annotation(unit)} = {show(amount)}"
        case tree.Plot(title=title, items=items):
            return f"plot{_label(title)} {', '.join(map(show, items))}"
        case tree.TableRequest(title=title, items=items, times=times):
            line = f"table{_label(title)} {', '.join(map(show, items))}"
            return line + (f" at {', '.join(map(show, times))}" if times else "")
        case tree.Section(name=section):
            return section
        case tree.Dimension():
            return _dimension(declaration, style)
        case tree.Use(what=what):
            return f"use {show(what)}"
        case tree.Contest(stock=stock, order=order, within=within):
            how = f"priority {_names(order)}" if order else "proportional"
            return f"share {stock.text} {how} within {show(within)}"
        case tree.Keep(names=names):
            return f"keep {_names(names)}"
        case tree.Entry(end=end):
            return f"entry {show(end)}"
        case tree.Chain(kinds=kinds, first=first, last=last):
            return f"chain {_names(kinds)}: {first.text} -> {last.text}"
        case tree.Bindings(items=items):
            return ", ".join(_binding(item, style) for item in items)
        case tree.Instance(name=name, indices=indices, call=call):
            return f"{name.text}{_indices(indices)} = {show(call)}"
        case _:
            raise TypeError(f"{type(declaration).__name__} has a block and is no single line")


def _event(event: tree.When | tree.At | tree.Every) -> str:
    match event:
        case tree.When(condition=condition):
            return f"when {print_expression(condition)}"
        case tree.At(time=time):
            return f"at {print_expression(time)}"
        case tree.Every(period=period, first=first, last=last):
            line = f"every {print_expression(period)}"
            line += "" if first is None else f" from {print_expression(first)}"
            return line if last is None else f"{line} to {print_expression(last)}"


def _expect(expect: tree.Expect, style: Style) -> str:
    def show(expression: tree.Expr) -> str:
        return print_expression(expression, style)

    line = f"expect {show(expect.condition)}" + (f" {expect.how}" if expect.how else "")
    line += "" if expect.time is None else f" {expect.when} {show(expect.time)}"
    line += "" if expect.within is None else f" within {show(expect.within)}"
    line += "" if expect.trigger is None else f" after {show(expect.trigger)}"
    return line if expect.share is None else f"{line} in {show(expect.share)} of runs"


def _assumption(declared: tree.Parameter | tree.Uncertain, style: Style) -> str:
    """What is known of a value, behind it: range, distribution, evidence."""
    line = "" if declared.range is None else f" in {_range(declared.range, style)}"
    line += "" if declared.distribution is None else f" ~ {print_expression(declared.distribution, style)}"
    return "".join([line, *(f", {said}" for said in _evidence(declared.evidence, style))])


def _evidence(evidence: tree.Evidence | None, style: Style) -> list[str]:
    if evidence is None:
        return []
    said = [f'source "{evidence.source}"'] if evidence.source else []
    said += [] if evidence.dated is None else [f"dated {print_expression(evidence.dated, style)}"]
    return [*said, f"confidence {evidence.confidence}"] if evidence.confidence else said


def _head(declared: tree.Parameter | tree.Stock | tree.Auxiliary | tree.Series) -> str:
    return f"{declared.name.text}{_indices(declared.indices)}{_label(declared.label)}{_annotation(declared.unit)}"


def _dimension(dimension: tree.Dimension, style: Style) -> str:
    whole = "" if dimension.whole is None else f" of {dimension.whole.text}"
    if dimension.range is not None:
        elements = _range(dimension.range, style)
    elif dimension.parts:
        elements = " + ".join(name.text for name in dimension.parts)
    else:
        elements = (" < " if dimension.is_ordered else ", ").join(name.text for name in dimension.elements)
    return f"dim {dimension.name.text}{whole} = {elements}"


def _broken(declaration: tree.Declaration, indent: str) -> list[str]:
    """The lines of a declaration without a block: one, or, where that is too long, broken at tables or operators."""
    line = _line(declaration, Style(indent))
    longest = TABLE_WIDTH if "{" in line else WIDTH
    if max(len(part) for part in (indent + line).split("\n")) <= longest:
        return (indent + line).split("\n")
    with_tables = _line(declaration, Style(indent, breaks=True))
    if "\n" in with_tables:
        return (indent + with_tables).split("\n")
    if len(indent) + len(line) <= WIDTH:
        return [indent + line]
    match declaration:
        case tree.Stock(initial=value) | tree.Auxiliary(value=value) | tree.Flow(rate=value):
            head = line.removesuffix(print_expression(value)).rstrip()
            return [indent + head, *(indent + GO_ON + piece for piece in pieces(value))]
        case (
            tree.Parameter(evidence=tree.Evidence() as evidence) | tree.Uncertain(evidence=tree.Evidence() as evidence)
        ):
            said = _evidence(evidence, Style(indent))
            head = line.removesuffix("".join(f", {each}" for each in said))
            return _filled(indent, [f"{head},", *_listed(["", *said])[1:]], indent) if said else [indent + line]
        case tree.Bindings(items=items):
            return _filled(indent, _listed([_binding(item, Style(indent)) for item in items]), indent)
        case tree.Dimension(elements=(_, _, *_) as elements, is_ordered=False):
            head = line[: line.index("=") + 2]
            return _filled(indent + head, _listed([element.text for element in elements]), indent)
        case _:
            return [indent + line]


def _listed(parts: Sequence[str]) -> list[str]:
    """Parts with a comma behind each but the last and a blank before each but the first."""
    return [" " * bool(number) + part + "," * (number < len(parts) - 1) for number, part in enumerate(parts)]


def _filled(first: str, parts: Sequence[str], indent: str) -> list[str]:
    """Parts one behind the other, with as many on a line as fit it."""
    lines = [first]
    for part in parts:
        if part.startswith(" ") and len(lines[-1]) + len(part) > WIDTH:
            lines.append(indent + GO_ON + part.lstrip())
        else:
            lines[-1] += part
    return lines


def _annotation(unit: tree.Expr | None) -> str:
    return "" if unit is None else f" : {print_tight(unit)}"


def _label(label: str) -> str:
    return f' "{label}"' if label else ""


def _indices(indices: tuple[tree.Index, ...]) -> str:
    return f"[{', '.join(map(_index, indices))}]" if indices else ""


def _index(index: tree.Index) -> str:
    return index.name.text if index.dimension is None else f"{index.name.text}: {index.dimension.text}"


def _names(names: Iterable[tree.Name]) -> str:
    return ", ".join(name.text for name in names)


def _range(limits: tree.Range, style: Style) -> str:
    return f"{print_expression(limits.low, style)} .. {print_expression(limits.high, style)}"


def _point(point: tree.Point, indent: str) -> str:
    return f"({print_expression(point.x, Style(indent))}, {print_expression(point.y, Style(indent))})"
