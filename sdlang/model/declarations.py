"""From a declaration of a variable to the Variable that it means, at the top of a file and inside components alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from sdlang.limits import limit
from sdlang.model import assumption_errors, dimension_errors, errors
from sdlang.model.builder import Builder
from sdlang.model.constants import constant_value, constant_values
from sdlang.model.data import READERS
from sdlang.model.draws import A_PARAMETER
from sdlang.model.element_data import values_of
from sdlang.model.expressions import Array, Axis, Cases, Constant, Expr, Index
from sdlang.model.flows import Described, add_flows
from sdlang.model.indexing import loops_of
from sdlang.model.meaning import meaning
from sdlang.model.model import Auxiliary, Parameter, Stock, Table
from sdlang.model.names import Loop, Scope
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.units.catalogue import DATE_UNIT, unit_of, written_unit
from sdlang.units.dates import spoken_moment
from sdlang.units.unit import Unit

Written = tree.Parameter | tree.Stock | tree.Flow | tree.Auxiliary


def documentation(declaration: tree.Declaration) -> str:
    return "\n".join(declaration.layout.documentation)


def _is_assumed(declaration: tree.Parameter) -> bool:
    """Whether a declaration says more of a parameter than its value and its range."""
    is_hole = isinstance(declaration.value, tree.Hole)
    return is_hole or declaration.distribution is not None or declaration.evidence is not None


def declare(declaration: Written, flat: str, scope: Scope, builder: Builder) -> None:
    """Add the variable `flat` that a declaration means. The scope's owner is the variable itself."""
    annotation = None if declaration.unit is None else unit_of(declaration.unit, scope.units, builder.found)
    name, span = declaration.name.text, declaration.name.span
    loops = loops_of(declaration.indices, name, scope, builder.found, 0)
    axes = (*scope.prefix, *(loop.axis for loop in loops))
    if len(loops) < len(declaration.indices) or not fits(name, axes, span, builder):
        return
    is_said = isinstance(declaration, tree.Parameter) and _is_assumed(declaration)
    # Each use of the component comes here; it is told once.
    if is_said and scope.instance and all(each.span != span for each in builder.found):
        builder.found.append(assumption_errors.known_in_component(name, span))
    inner = scope.with_loops(loops)
    match declaration:
        # What stands in a hole comes with what is known of the parameter (`assumptions.py`); its unit is known here.
        case tree.Parameter(value=tree.Hole(), range=tree.Range(high=end)):
            written = end
        case tree.Parameter(value=tree.Hole(span=hole), distribution=known) if known is not None:
            written = tree.Number(hole, "0")
        case tree.Parameter(value=value):
            inner, written = replace(inner, no_draws=A_PARAMETER), value
        case tree.Auxiliary(value=value):
            written = value
        case tree.Stock(initial=initial):
            written = initial
        case tree.Flow(rate=rate):
            written = rate
    unit = annotation or unit_written(written, scope)
    read = read_definition(written, name, loops, unit, inner, builder)
    if read is None:
        return
    read = in_unit(read, annotation, builder)
    label, text = declaration.label, documentation(declaration)
    instance, hidden = scope.instance, scope.is_hidden
    match declaration:
        case tree.Parameter(range=limits):
            low, high = range_of(limits, flat, unit, inner, builder)
            builder.add(
                Parameter(
                    name=flat,
                    span=span,
                    label=label,
                    documentation=text,
                    component=instance,
                    is_hidden=hidden,
                    axes=axes,
                    value=read,
                    low=low,
                    high=high,
                ),
                unit,
            )
        case tree.Auxiliary():
            builder.add(
                Auxiliary(
                    name=flat,
                    span=span,
                    label=label,
                    documentation=text,
                    component=instance,
                    is_hidden=hidden,
                    axes=axes,
                    value=read,
                ),
                unit,
            )
        case tree.Stock():
            builder.add(
                Stock(
                    name=flat,
                    span=span,
                    label=label,
                    documentation=text,
                    component=instance,
                    is_hidden=hidden,
                    axes=axes,
                    initial=read,
                ),
                unit,
            )
        case tree.Flow():
            add_flows(declaration, Described(flat, span, label, text, axes, unit), read, inner, builder)


def fits(name: str, axes: Sequence[Axis], span: Span, builder: Builder) -> bool:
    """Whether a variable has no more elements than there may be; reports it."""
    size = 1
    for axis in axes:
        size *= axis.size
    most = limit("elements")
    if size > most:
        builder.found.append(dimension_errors.too_many_elements(f"`{name}`", size, most, span))
    return size <= most


def unit_written(written: tree.Expr, scope: Scope) -> Unit | None:
    """The unit in which a definition is written, if it is a quantity or a table of such."""
    while isinstance(written, tree.ElementTable | tree.Excepted):
        written = written.value if isinstance(written, tree.Excepted) else written.rows[0].values[0]
    return written_unit(written, scope.units)


def read_definition(
    written: tree.Expr, name: str, loops: Sequence[Loop], unit: Unit | None, scope: Scope, builder: Builder
) -> Expr | None:
    """What a definition means; the values of a file are matched by the names of dimensions and elements."""
    if not isinstance(written, tree.Call) or written.function.text not in READERS:
        return meaning(written, scope, builder)
    axes = [(loop.name, loop.dimension.elements) for loop in loops]
    values = values_of(name, written, axes, builder.read, builder.found)
    if values is None:
        return None
    factor = 1.0 if unit is None else float(builder.own_units(unit.factor, unit.dimension))
    shape = tuple(loop.axis.size for loop in loops)
    indices = tuple(Index(loop.axis.loop) for loop in loops)
    dimension = None if unit is None else unit.dimension
    return Array(written.span, tuple(value * factor for value in values), shape, indices, dimension)


def in_unit(value: Expr, annotation: Unit | None, builder: Builder) -> Expr:
    """A bare number that is all there is takes the annotated unit: `param delay : month = 3` is three months. So does
    each bare number in a table of elements."""
    if annotation is None:
        return value
    if isinstance(value, Cases):
        return replace(value, branches=tuple(in_unit(branch, annotation, builder) for branch in value.branches))
    if not isinstance(value, Constant) or value.dimension is not None:
        return value
    own = builder.own_units(value.value * annotation.factor, annotation.dimension)
    return replace(value, value=own, dimension=annotation.dimension)


def range_of(
    limits: tree.Range | None, name: str, annotation: Unit | None, scope: Scope, builder: Builder
) -> tuple[float | None, float | None]:
    """The ends in own units. A unit behind the high end counts for a bare low end: `2% .. 20% per year`."""
    if limits is None:
        return None, None
    scope = replace(scope, no_draws="a range")
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
    scope = replace(scope, no_draws="a point of a table")
    unit = None if declaration.unit is None else unit_of(declaration.unit, scope.units, builder.found)
    input_unit = None
    if declaration.input_unit is not None:
        input_unit = unit_of(declaration.input_unit, scope.units, builder.found)
    elif declaration.points and isinstance(declaration.points[0].x, tree.Date):
        input_unit = DATE_UNIT
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
            previous, here = (_told(x, input_unit) for x in (points[-1][0], known_x))
            builder.found.append(errors.table_unsorted(name, previous, here, point.span))
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
            written=tuple(meant),
        ),
        unit,
    )


def _told(x: float, unit: Unit | None) -> str:
    return spoken_moment(x) if unit == DATE_UNIT else f"{x:g}"


def exact(value: Expr, builder: Builder) -> Fraction | None:
    """The value of a time that must be known before the run, exactly where it is a number."""
    if isinstance(value, Constant):
        return value.value
    known = constant_value(value, constant_values(builder.variables))
    return None if known is None else Fraction(known)
