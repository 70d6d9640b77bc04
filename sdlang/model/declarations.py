"""From a declaration of a variable to the Variable that it means, at the top of a file and inside components alike."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sdlang.model import errors
from sdlang.model.constants import constant_value, constant_values
from sdlang.model.expressions import Constant, Expr
from sdlang.model.meaning import Builder, element_index, meaning
from sdlang.model.model import Auxiliary, Flow, Parameter, Stock, Table
from sdlang.model.names import Elements, Scope, Variables
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.units.catalogue import unit_of, written_unit
from sdlang.units.unit import Unit

Written = tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary


def documentation(declaration: tree.Declaration) -> str:
    return "\n".join(declaration.layout.documentation)


def declare(declaration: Written, flat: str, scope: Scope, builder: Builder) -> None:
    """Add the variable `flat` that a declaration means. The scope's owner is the variable itself."""
    annotation = None if declaration.unit is None else unit_of(declaration.unit, scope.units, builder.found)
    match declaration:
        case tree.Parameter(value=value) | tree.Auxiliary(value=value):
            written = value
        case tree.Stock(initial=initial):
            written = initial
        case tree.Flow(rate=rate):
            written = rate
    read = in_unit(meaning(written, scope, builder), annotation, builder)
    unit = annotation or written_unit(written, scope.units)
    span, label, text = declaration.name.span, declaration.label, documentation(declaration)
    inside = scope.instance
    match declaration:
        case tree.Parameter(range=limits):
            low, high = _range(limits, flat, annotation, scope, builder)
            builder.add(
                Parameter(
                    name=flat,
                    span=span,
                    label=label,
                    documentation=text,
                    component=inside,
                    value=read,
                    low=low,
                    high=high,
                ),
                unit,
            )
        case tree.Auxiliary():
            builder.add(
                Auxiliary(name=flat, span=span, label=label, documentation=text, component=inside, value=read), unit
            )
        case tree.Stock():
            builder.add(
                Stock(name=flat, span=span, label=label, documentation=text, component=inside, initial=read), unit
            )
        case tree.Flow():
            source = _end(declaration, declaration.source, scope, builder)
            target = _end(declaration, declaration.target, scope, builder)
            if not inside:
                _check_ends(declaration, source, target, builder)
            builder.add(
                Flow(
                    name=flat,
                    span=span,
                    label=label,
                    documentation=text,
                    component=inside,
                    source=source,
                    target=target,
                    rate=read,
                ),
                unit,
            )


def in_unit(value: Expr, annotation: Unit | None, builder: Builder) -> Expr:
    """A bare number that is all there is takes the annotated unit: `param delay : month = 3` is three months."""
    if annotation is None or not isinstance(value, Constant) or value.dimension is not None:
        return value
    own = builder.own_units(value.value * annotation.factor, annotation.dimension)
    return replace(value, value=own, dimension=annotation.dimension)


def _end(flow: tree.Flow, end: tree.Name | tree.Subscript | None, scope: Scope, builder: Builder) -> str | None:
    """The flat name of the stock at an end of a flow; `None` is the cloud, which lies past the end of a row, too."""
    if end is None:
        return None
    name = end.name.text if isinstance(end, tree.Subscript) else end.text
    known = scope.names.get(name)
    if isinstance(end, tree.Subscript) and isinstance(known, Elements) and known.kind == "stock":
        index = element_index(end, scope, builder)
        inside = index is not None and known.low <= index <= known.high
        return f"{known.flat}[{index}]" if inside else None
    if isinstance(known, Variables) and known.kind == "stock" and isinstance(end, tree.Name):
        return known.flat
    if isinstance(known, Variables | Elements):
        builder.found.append(errors.flow_end_not_a_stock(flow.name.text, name, known.kind, end.span))
    else:
        stocks = [n for n, meant in scope.names.items() if isinstance(meant, Variables) and meant.kind == "stock"]
        builder.found.append(errors.unknown_stock(flow.name.text, name, stocks, end.span))
    return None


def _check_ends(flow: tree.Flow, source: str | None, target: str | None, builder: Builder) -> None:
    if flow.source is None and flow.target is None:
        builder.found.append(errors.flow_between_clouds(flow.name.text, flow.name.span))
    elif source is not None and source == target:
        builder.found.append(errors.flow_to_itself(flow.name.text, source, flow.name.span))


def _range(
    limits: tree.Range | None, name: str, annotation: Unit | None, scope: Scope, builder: Builder
) -> tuple[float | None, float | None]:
    """The ends in own units. A unit behind the high end counts for a bare low end: `2% .. 20% per year`."""
    if limits is None:
        return None, None
    high = in_unit(meaning(limits.high, scope, builder), annotation, builder)
    low = in_unit(meaning(_with_unit_of(limits.high, limits.low), scope, builder), annotation, builder)
    builder.ranges[name] = (low, high)
    return known_value(low, limits.low.span, f"the range of `{name}`", builder), known_value(
        high, limits.high.span, f"the range of `{name}`", builder
    )


def _with_unit_of(high: tree.Expr, low: tree.Expr) -> tree.Expr:
    """`low` with the unit of `high`, if `low` is a bare number (or percent) and `high` a number with a unit."""
    if not isinstance(low, tree.Number) or low.unit:
        return low
    match high:
        case tree.Number(unit=unit, power=power, scale=scale):
            return replace(low, unit=unit, power=power, scale=low.scale or (scale if not low.percent else ""))
        case tree.Binary(operator="/" | "*" | "per", left=left):
            return replace(high, span=low.span, left=_with_unit_of(left, low))
        case _:
            return low


def known_value(value: Expr, span: Span, what: str, builder: Builder) -> float | None:
    """The value of what must be known before the run; what is not known is reported."""
    if isinstance(value, Constant):
        return float(value.value)
    known = constant_value(value, constant_values(builder.variables))
    if known is None:
        builder.found.append(errors.not_constant(what, span))
    return known


def declare_table(declaration: tree.Table, scope: Scope, builder: Builder) -> None:
    """Add the table that a declaration means; its points are numbers and parameters."""
    name = declaration.name.text
    unit = None if declaration.unit is None else unit_of(declaration.unit, scope.units, builder.found)
    input_unit = None
    if declaration.input_unit is not None:
        input_unit = unit_of(declaration.input_unit, scope.units, builder.found)
    points: list[tuple[float, float]] = []
    meant: list[tuple[Expr, Expr]] = []
    for point in declaration.points:
        x = in_unit(meaning(point.x, scope, builder), input_unit, builder)
        y = in_unit(meaning(point.y, scope, builder), unit, builder)
        meant.append((x, y))
        known_x = known_value(x, point.x.span, f"a point of table `{name}`", builder)
        known_y = known_value(y, point.y.span, f"a point of table `{name}`", builder)
        if known_x is None or known_y is None:
            continue
        if points and known_x <= points[-1][0]:
            builder.found.append(errors.table_unsorted(name, f"{points[-1][0]:g}", f"{known_x:g}", point.span))
            return
        points.append((known_x, known_y))
    if len(declaration.points) < 2:
        builder.found.append(errors.table_too_short(name, declaration.name.span))
        return
    builder.points[name] = tuple(meant)
    builder.input_units[name] = input_unit
    builder.add(
        Table(
            name=name,
            span=declaration.name.span,
            label=declaration.label,
            documentation=documentation(declaration),
            points=tuple(points),
            method=declaration.method or "linear",
            outside=declaration.outside or "hold",
        ),
        unit,
    )


def exact(value: Expr, builder: Builder) -> Fraction | None:
    """The value of a time that must be known before the run, exactly where it is a number."""
    if isinstance(value, Constant):
        return value.value
    known = constant_value(value, constant_values(builder.variables))
    return None if known is None else Fraction(known)
