"""The equations of a model for its report: MathML, the text as it was written, the unit, and what the modeller says."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import shorten
from typing import Any

from markupsafe import Markup

from sdlang.equations.analysis import hints
from sdlang.equations.markup import mathml, mathml_name
from sdlang.equations.naming import Names, names_of
from sdlang.equations.system import LookupTable, System
from sdlang.model.expressions import Index
from sdlang.model.indexing import shown
from sdlang.model.model import Flow, Model, Move, Parameter, Series, Stock, Table, Variable
from sdlang.model.scenario import BEFORE
from sdlang.report.curves import curve, input_unit
from sdlang.report.numbers import with_unit, without_unit
from sdlang.report.plots import Chart, Line, chart_svg
from sdlang.report.scenario_changes import one_line
from sdlang.results.elements import element_at
from sdlang.results.outcome import Outcome
from sdlang.results.run import Run

Plain = dict[str, Any]

ORDER = ("Stocks", "Flows", "Events", "Auxiliaries", "Tables and series", "Parameters")
HIDDEN = "Inside components"
# Of a parameter with many elements as many values are listed; of a long text as many characters.
MOST_VALUES = 12
LONGEST_TEXT = 400


def groups(outcome: Outcome) -> list[Plain]:
    """Stocks, flows, what events move, auxiliaries, tables, parameters; then, folded away, each component that has a
    name, and what those without one brought."""
    model, changed = outcome.first, _over_time(outcome)
    system, run = next(iter(outcome.systems.values())), next(iter(outcome.runs.values()))
    rows: dict[str, list[Plain]] = {}
    for kind, row in _rows(model, system, run, changed):
        rows.setdefault(kind, []).append(row)
    components = [title for title in rows if title not in (*ORDER, HIDDEN)]
    order = (*ORDER, *components, HIDDEN)
    return [
        {"title": title, "rows": rows[title], "folded": title not in ORDER}
        for title in dict.fromkeys(order)
        if title in rows
    ]


def _rows(model: Model, system: System, run: Run, changed: Mapping[str, str]) -> list[tuple[str, Plain]]:
    names = names_of(system)
    made = []
    for state in system.states:
        stock = model.variables[state.name]
        start = f"<mrow>{mathml(state.initial, names, state.axes)}</mrow>"
        name = mathml_name(state.name, names, state.axes)
        above = f'<mrow><mi>d</mi><mspace width="0.15em"/>{name}</mrow>'
        derivative = f"<mfrac>{above}<mrow><mi>d</mi><mi>t</mi></mrow></mfrac>"
        forms = [
            _math(f"{derivative}<mo>=</mo>{mathml(state.rate, names, state.axes)}"),
            _math(f"{name}<mo>(</mo><msub><mi>t</mi><mn>0</mn></msub><mo>)</mo><mo>=</mo>{start}"),
        ]
        made.append((_kind(stock), _row(stock, forms, f"{_written(stock)} = {state.text}")))
    told = hints(system)
    for equation in (*system.auxiliaries, *system.parameters):
        variable = model.variables.get(equation.name) or model.variables[equation.name.removesuffix(".before")]
        if equation.name in names.helpers:
            continue  # shown where it is read
        name = mathml_name(equation.name, names, equation.axes)
        form = _math(f"{name}<mo>=</mo>{mathml(equation.expression, names, equation.axes)}")
        row = _row(variable, [form], f"{_written(variable)} = {changed.get(equation.name, equation.text)}")
        if isinstance(variable, Parameter):
            row["forms"] = []
            row["value"] = shorten(equation.text, LONGEST_TEXT, placeholder=" …")
            row["elements"], row["left_out"] = _values(equation.name, run)
            if variable.low is not None and variable.high is not None:
                ends = (with_unit(end / variable.scale, variable.unit.text) for end in (variable.low, variable.high))
                row["range"] = " … ".join(ends)
        if isinstance(variable, Flow):
            row["ends"] = _ends(variable, names.only(variable.axes))
        row["hint"] = told.get(equation.name, "")
        made.append((_kind(variable), row))
    for table in model.lookup_tables():
        made.append((_kind(table), _table_row(table, system.tables[table.name])))
    moves = {move.name: move for move in model.moves()}
    for event in system.events:
        for equation in (move.equation for move in event.moves):
            move = moves[equation.name]
            name = mathml_name(equation.name, names, equation.axes)
            form = _math(f"{name}<mo>=</mo>{mathml(equation.expression, names, equation.axes)}")
            row = _row(move, [form], f"{event.text}: {_written(move)} = {equation.text}")
            row["ends"] = _ends(move, names.only(equation.axes))
            made.append(("Events", row))
    places = {name: place for place, name in enumerate(model.variables)}
    return sorted(made, key=lambda pair: places.get(pair[1]["name"], len(places)))


def _over_time(outcome: Outcome) -> Mapping[str, str]:
    """What stands for the equations of parameters that the scenario of the first run changes on the way."""
    name = next(iter(outcome.runs))
    overrides = [each for scenario in outcome.model.scenarios if scenario.name == name for each in scenario.overrides]
    told: dict[str, str] = {}
    for override in overrides:
        if override.name + BEFORE in outcome.first.variables:
            text = one_line(override.span.text)
            is_whole = not any(place is not None for place in override.places)
            told.setdefault(override.name, override.name + BEFORE)
            told[override.name] += "; " + (text.partition("=")[2].strip() if is_whole else text)
    return told


def _written(variable: Variable) -> str:
    """A variable as its declaration names it: `jobs[region, here: region]`."""
    axes = []
    for axis in variable.axes:
        dimension, loop = shown(axis), axis.loop.rpartition(".")[2]
        axes.append(dimension if loop.startswith(dimension) else f"{loop}: {dimension}")
    return f"{variable.name}[{', '.join(axes)}]" if axes else variable.name


def _ends(flow: Flow | Move, names: Names) -> str:
    source, target = _end(flow.source, flow.source_indices, names), _end(flow.target, flow.target_indices, names)
    return f"{source} → {target}"


def _end(stock: str | None, indices: tuple[Index, ...], names: Names) -> str:
    """`outside`, `staff`, `staff[region, age + 1]`"""
    if stock is None:
        return "outside"
    return f"{stock}[{', '.join(names.indices(stock, indices))}]" if indices else stock


def _values(name: str, run: Run) -> tuple[list[Plain], int]:
    """The values of the elements of a parameter, and how many are left out."""
    values = run[name][0].reshape(-1)
    column = run.columns[name]
    if not column.axes:
        return [], 0
    told = [
        {"name": element_at(column, place), "value": with_unit(float(values[place]), column.unit)}
        for place in range(min(len(values), MOST_VALUES))
    ]
    return told, len(values) - len(told)


def _kind(variable: Variable) -> str:
    if variable.is_hidden:
        return HIDDEN
    if variable.component:
        return f"Component {variable.component.partition('.')[0]}"
    match variable:
        case Stock():
            return "Stocks"
        case Flow():
            return "Flows"
        case Parameter():
            return "Parameters"
        case Table():
            return "Tables and series"
        case _:
            return "Auxiliaries"


def _row(variable: Variable, forms: list[Markup], text: str) -> Plain:
    return {
        "name": variable.name,
        "label": variable.label,
        "documentation": variable.documentation,
        "unit": "" if variable.unit.text == "1" else variable.unit.text,
        "inferred": variable.unit_is_inferred,
        "forms": forms,
        "text": shorten(text, LONGEST_TEXT, placeholder=" …"),
        "ends": "",
        "hint": "",
        "value": "",
        "range": "",
        "elements": [],
        "left_out": 0,
        "svg": "",
        "points": [],
    }


def _table_row(table: Table, points: LookupTable) -> Plain:
    """A table shows its curve; a series only where it comes from."""
    outside = {"hold": "held outside", "extrapolate": "extended outside", "error": "an error outside"}[table.outside]
    count = sum(len(points) for points in table.elements) or len(table.points)
    told = f"{count:,} points, {table.method}, {outside}"
    row = _row(table, [], told)
    if isinstance(table, Series):
        row["text"] = f"{table.path}: {told}"
        return row
    line = curve(table, points)
    dots = Line("points", [x / table.input_scale for x in points.x], [y / table.scale for y in points.y], is_data=True)
    unit = input_unit(table)
    chart = Chart(f"The table {table.name}", (line, dots), table.unit.text, unit)
    safe = "".join(character if character.isalnum() else "-" for character in table.name)
    row["svg"] = Markup(chart_svg(chart, f"t-{safe}"))
    row["points"] = [
        f"({without_unit(x / table.input_scale, unit)}, {with_unit(y / table.scale, '1')})"
        for x, y in zip(points.x, points.y, strict=True)
    ]
    return row


def _math(form: str) -> Markup:
    return Markup(f'<math display="block"><mrow>{form}</mrow></math>')
