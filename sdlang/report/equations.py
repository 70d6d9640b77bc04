"""The equations of a model for its report: MathML, the text as it was written, the unit, and what the modeller says."""

from __future__ import annotations

from html import escape
from typing import Any

from markupsafe import Markup

from sdlang.equations.analysis import hints
from sdlang.equations.lookups import reader
from sdlang.equations.markup import mathml
from sdlang.equations.system import LookupTable, System
from sdlang.model.model import Flow, Model, Parameter, Series, Stock, Table, Variable
from sdlang.report.numbers import readable, with_unit
from sdlang.report.plots import Chart, Line, chart_svg
from sdlang.results.outcome import Outcome

Plain = dict[str, Any]

CURVE_POINTS = 60


def groups(outcome: Outcome) -> list[Plain]:
    """Stocks, flows, auxiliaries, tables, parameters; then, folded away, what the components brought."""
    model = outcome.model
    system = next(iter(outcome.systems.values()))
    rows: dict[str, list[Plain]] = {}
    for kind, row in _rows(model, system):
        rows.setdefault(kind, []).append(row)
    order = ("Stocks", "Flows", "Auxiliaries", "Tables and series", "Parameters", "Inside components")
    return [{"title": title, "rows": rows[title], "folded": title == order[-1]} for title in order if title in rows]


def _rows(model: Model, system: System) -> list[tuple[str, Plain]]:
    made = []
    for state in system.states:
        stock = model.variables[state.name]
        start = f"<mrow>{mathml(state.initial)}</mrow>"
        above = f'<mrow><mi>d</mi><mspace width="0.15em"/>{_name(state.name)}</mrow>'
        derivative = f"<mfrac>{above}<mrow><mi>d</mi><mi>t</mi></mrow></mfrac>"
        forms = [
            _math(f"{derivative}<mo>=</mo>{mathml(state.rate)}"),
            _math(f"<msub>{_name(state.name)}<mn>0</mn></msub><mo>=</mo>{start}"),
        ]
        made.append((_kind(stock), _row(stock, forms, f"{state.name} = {state.text}")))
    told = hints(system)
    for equation in (*system.auxiliaries, *system.parameters):
        variable = model.variables.get(equation.name) or model.variables[equation.name.removesuffix(".before")]
        form = _math(f"{_name(equation.name)}<mo>=</mo>{mathml(equation.expression)}")
        row = _row(variable, [form], f"{equation.name} = {equation.text}")
        if isinstance(variable, Parameter):
            row["forms"] = []
            row["value"] = equation.text
            if variable.low is not None and variable.high is not None:
                ends = (with_unit(end / variable.scale, variable.unit.text) for end in (variable.low, variable.high))
                row["range"] = " … ".join(ends)
        if isinstance(variable, Flow):
            row["ends"] = f"{variable.source or 'outside'} → {variable.target or 'outside'}"
        row["hint"] = told.get(equation.name, "")
        made.append((_kind(variable), row))
    for table in model.lookup_tables():
        made.append((_kind(table), _table_row(table, system.tables[table.name])))
    places = {name: place for place, name in enumerate(model.variables)}
    return sorted(made, key=lambda pair: places.get(pair[1]["name"], len(places)))


def _kind(variable: Variable) -> str:
    if variable.component:
        return "Inside components"
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
        "text": text,
        "ends": "",
        "hint": "",
        "value": "",
        "range": "",
        "svg": "",
        "points": [],
    }


def _table_row(table: Table, points: LookupTable) -> Plain:
    """A table shows its curve; a series only where it comes from."""
    outside = {"hold": "held outside", "extrapolate": "extended outside", "error": "an error outside"}[table.outside]
    told = f"{len(table.points)} points, {table.method}, {outside}"
    row = _row(table, [], told)
    if isinstance(table, Series):
        row["text"] = f"{table.path}: {told}"
        return row
    read = reader(points)
    low, high = points.x[0], points.x[-1]
    xs = [low + (high - low) * place / CURVE_POINTS for place in range(CURVE_POINTS)] + [high]
    curve = Line(table.name, [x / table.input_scale for x in xs], [read(x) / table.scale for x in xs])
    if table.method == "step":
        corners = [(x, y) for (x0, y), (x1, _) in zip(table.points, table.points[1:], strict=False) for x in (x0, x1)]
        corners.append(table.points[-1])
        curve = Line(table.name, [x / table.input_scale for x, _ in corners], [y / table.scale for _, y in corners])
    dots = Line("points", [x / table.input_scale for x in points.x], [y / table.scale for y in points.y], is_data=True)
    unit = "" if table.input_unit.text == "1" else table.input_unit.text
    chart = Chart(f"The table {table.name}", (curve, dots), table.unit.text, unit)
    safe = "".join(character if character.isalnum() else "-" for character in table.name)
    row["svg"] = Markup(chart_svg(chart, f"t-{safe}"))
    row["points"] = [f"({readable(x / table.input_scale)}, {with_unit(y / table.scale, '1')})" for x, y in table.points]
    return row


def _name(name: str) -> str:
    return f"<mi>{escape(name)}</mi>"


def _math(form: str) -> Markup:
    return Markup(f'<math display="block"><mrow>{form}</mrow></math>')
