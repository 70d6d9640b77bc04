"""What a scenario changes, as a report tells it: what was, what it becomes, from which scenario it was taken over, and
a picture of each table or series that has other points.
"""

from __future__ import annotations

from typing import Any

from sdlang.equations.build import lookup_table
from sdlang.model.constants import Values, constant_value, constant_values
from sdlang.model.cycles import start_of
from sdlang.model.model import Change, Model, Override, Redrawn, Scenario, Series, Table
from sdlang.model.scenario import BASE, positions
from sdlang.report import charts
from sdlang.report.curves import curve, input_unit, time_unit
from sdlang.report.numbers import with_unit, without_unit
from sdlang.report.plots import Chart
from sdlang.results.outcome import Outcome

Plain = dict[str, Any]


def changes(scenario: Scenario, outcome: Outcome) -> list[Plain]:
    """A row a change, in the order in which they count."""
    values = constant_values(outcome.model.variables)
    return [_row(change, scenario, outcome.model, values) for change in scenario.changes]


def extended(scenario: Scenario, model: Model) -> list[str]:
    """The labels of the scenarios that it extends."""
    return [charts.run_label(model, name) for name in scenario.extends]


def pictures(scenario: Scenario, outcome: Outcome) -> list[Plain]:
    """A chart of each table and series that has other points: those of the model, and those of the scenario. What was
    taken over from one that is shown, too, is drawn there."""
    made = []
    own = [each for each in scenario.curves if _origin(each, scenario, outcome.model) == scenario.name]
    shown = own if any(name in outcome.runs for name in scenario.extends) else scenario.curves
    for change in shown:
        before = outcome.model.variables[change.name]
        after = outcome.model_of(scenario.name).variables[change.name]
        if before.axes or not isinstance(before, Table) or not isinstance(after, Table):
            continue
        label = charts.run_label(outcome.model, scenario.name)
        lines = [
            curve(table, lookup_table(table, outcome.model), name, number)
            for number, (table, name) in enumerate(((before, BASE), (after, label)))
        ]
        of_input = time_unit(outcome.model) if isinstance(before, Series) else input_unit(before)
        chart = Chart(charts.label_of(outcome.model, change.name), tuple(lines), before.unit.text, of_input)
        made.append(charts.drawn(chart, f"s-{scenario.name}-{change.name}"))
    return made


def one_line(text: str) -> str:
    """What was written on one line, without its comments."""
    return " ".join(line.partition("#")[0].strip() for line in text.splitlines()).strip()


def _row(change: Change, scenario: Scenario, model: Model, values: dict[str, Values]) -> Plain:
    written = one_line(change.span.text)
    origin = _origin(change, scenario, model)
    return {
        "name": written.partition("=")[0].strip(),
        "label": charts.label_of(model, written.partition("=")[0].strip()),
        "was": _was(change, model, values),
        "becomes": written.partition("=")[2].strip(),
        "text": written,
        "from": "" if origin == scenario.name else charts.run_label(model, origin),
    }


def _origin(change: Change, scenario: Scenario, model: Model) -> str:
    """The scenario in which a change is written."""
    for parent in (each for each in model.scenarios if each.name in scenario.extends):
        if any(each is change for each in parent.changes):
            return _origin(change, parent, model)
    return scenario.name


def _was(change: Change, model: Model, values: dict[str, Values]) -> str:
    """What a variable is without the scenario."""
    variable = model.variables[change.name]
    match change:
        case Redrawn():
            assert isinstance(variable, Table)
            if isinstance(variable, Series):
                return variable.path
            return f"{len(variable.points):,} points, {variable.method}"
        case Override():
            expression = start_of(variable)
            assert expression is not None
            meant = positions(change, variable)
            found = [constant_value(expression, values, model.variables, at) for at in meant]
            known = [value / variable.scale for value in found if value is not None]
            if len(known) < len(found):
                return one_line(expression.span.text)
            low, high = min(known), max(known)
            unit = variable.unit.text
            return with_unit(high, unit) if low == high else f"{without_unit(low, unit)} … {with_unit(high, unit)}"
