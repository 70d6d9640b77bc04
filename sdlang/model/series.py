"""From `series robots = csv("data/robots.csv", time = "year", value = "stock")` to a curve over time."""

from __future__ import annotations

from sdlang.model.builder import Builder
from sdlang.model.data import Reader, check_cover, columns_of, points_of
from sdlang.model.declarations import documentation
from sdlang.model.element_data import element_points_of
from sdlang.model.indexing import loops_of
from sdlang.model.model import Clock, Series
from sdlang.model.names import Scope
from sdlang.syntax import tree
from sdlang.units.catalogue import unit_of
from sdlang.units.unit import Unit


def declare_series(declaration: tree.Series, clock: Clock, read: Reader, scope: Scope, builder: Builder) -> None:
    """Add the series that a declaration means: points over time, from a file."""
    found, name = builder.found, declaration.name.text
    unit = None if declaration.unit is None else unit_of(declaration.unit, scope.units, found)
    if declaration.indices:
        _declare_series_of_elements(declaration, unit, clock, read, scope, builder)
        return
    columns = columns_of(declaration.reader, found)
    if columns is None:
        return
    points = points_of(name, columns, read, clock, found)
    if not points:
        return
    outside = declaration.outside or "error"
    check_cover(name, points, outside, clock, columns.path, found)
    scale = 1.0 if unit is None else unit.scale(clock.unit.factor)
    builder.add(
        Series(
            name=name,
            span=declaration.name.span,
            label=declaration.label,
            documentation=documentation(declaration),
            points=tuple((time, value * scale) for time, value in points),
            method=declaration.method or "linear",
            outside=outside,
            path=columns.path.value,
        ),
        unit,
    )


def _declare_series_of_elements(
    declaration: tree.Series, unit: Unit | None, clock: Clock, read: Reader, scope: Scope, builder: Builder
) -> None:
    """A series that is split: points for each element, from columns matched by name."""
    found, name = builder.found, declaration.name.text
    loops = loops_of(declaration.indices, name, scope, found, 0)
    if len(loops) < len(declaration.indices):
        return
    axes = [(loop.name, loop.dimension.elements) for loop in loops]
    outside = declaration.outside or "error"
    points = element_points_of(name, declaration.reader, axes, read, clock, outside, found)
    if points is None:
        return
    scale = 1.0 if unit is None else unit.scale(clock.unit.factor)
    scaled = tuple(tuple((time, value * scale) for time, value in element) for element in points)
    path = next((a.value.value for a in declaration.reader.arguments if isinstance(a.value, tree.Text)), "")
    builder.add(
        Series(
            name=name,
            span=declaration.name.span,
            label=declaration.label,
            documentation=documentation(declaration),
            axes=tuple(loop.axis for loop in loops),
            points=scaled[0],
            elements=scaled,
            method=declaration.method or "linear",
            outside=outside,
            path=path,
        ),
        unit,
    )
