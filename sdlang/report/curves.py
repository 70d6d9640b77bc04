"""The curve of a table or a series as a line of a chart, in the units in which it is read."""

from __future__ import annotations

from itertools import pairwise

from sdlang.equations.lookups import reader
from sdlang.equations.system import LookupTable
from sdlang.model.model import Model, Table
from sdlang.report.plots import Line
from sdlang.units.dates import DATE

CURVE_POINTS = 60


def curve(table: Table, points: LookupTable, name: str = "", colour: int = 0) -> Line:
    """The curve between the first point and the last."""
    if table.method == "step":
        corners = [(x, y) for (x0, y), (x1, _) in pairwise(zip(points.x, points.y, strict=True)) for x in (x0, x1)]
        corners.append((points.x[-1], points.y[-1]))
    elif table.method == "linear":
        corners = list(zip(points.x, points.y, strict=True))
    else:
        read, low, high = reader(points), points.x[0], points.x[-1]
        xs = [low + (high - low) * place / CURVE_POINTS for place in range(CURVE_POINTS)] + [high]
        corners = [(x, read(x)) for x in xs]
    shown = [(x / table.input_scale, y / table.scale) for x, y in corners]
    return Line(name or table.name, [x for x, _ in shown], [y for _, y in shown], colour, colour)


def input_unit(table: Table) -> str:
    """The unit in which a table is read, empty for a plain number."""
    return "" if table.input_unit.text == "1" else table.input_unit.text


def time_unit(model: Model) -> str:
    """What stands below an axis of time."""
    return DATE if model.clock.is_calendar else model.clock.unit.text
