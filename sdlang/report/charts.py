"""Which charts a report shows, and what they hold: from an Outcome to charts ready to draw.

What `plot` asks for comes first. Without any `plot`, stocks are shown, then flows, variables of one unit together. A
chart has one unit: a plot of people and of people per year becomes two charts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from sdlang.model.expressions import references
from sdlang.model.model import Auxiliary, Flow, Model, Parameter, Plot, Series, Stock, Table, Variable
from sdlang.report.numbers import readable, ticks
from sdlang.report.plots import COLOURS, Chart, Line, chart_svg, sparkline_svg
from sdlang.results.outcome import Outcome
from sdlang.results.run import Array, Run

Plain = dict[str, Any]

MOST_LINES = 8
MOST_COMPARED = 6
MOST_DASHES = 4
TABLE_TIMES = 6


def label_of(model: Model, name: str) -> str:
    """The label of a variable, or its name with blanks for underscores."""
    variable = model.variables.get(name)
    return (variable.label if variable is not None else "") or name.replace("_", " ")


def run_label(model: Model, name: str) -> str:
    """The label of a scenario; `base` is the run without one."""
    return next((scenario.label for scenario in model.scenarios if scenario.name == name and scenario.label), name)


def main_variables(model: Model, run: Run) -> list[str]:
    """What is plotted, except constants and data, then the stocks; without either, the auxiliaries."""
    plotted = [name for plot in _all_plots(model) for name in plot.names]
    stocks = [stock.name for stock in model.stocks() if not stock.component]
    names = dict.fromkeys([*plotted, *stocks])
    if not names:
        names = dict.fromkeys(auxiliary.name for auxiliary in model.auxiliaries() if not auxiliary.component)
    constant = [name for name in names if isinstance(model.variables.get(name), Parameter) or is_measured(model, name)]
    return [name for name in names if name in run and name not in constant]


def _all_plots(model: Model) -> list[Plot]:
    return [*model.plots, *(item for item in model.report if isinstance(item, Plot))]


def plots_of(outcome: Outcome) -> list[Plain]:
    """The charts of every `plot`; where nothing was asked for, those of stocks and flows, or of auxiliaries."""
    if outcome.model.plots:
        return [chart for plot in outcome.model.plots for chart in plot_charts(plot, outcome)]
    return _stocks_and_flows(outcome, ()) or _all_of("Auxiliaries", Auxiliary, outcome, ())


def other_plots(outcome: Outcome) -> list[Plain]:
    """Charts of the stocks and flows that no `plot` asks for, where some are asked for."""
    asked = [name for plot in outcome.model.plots for name in plot.names]
    return _stocks_and_flows(outcome, asked) if asked else []


def _stocks_and_flows(outcome: Outcome, without: Collection[str]) -> list[Plain]:
    return [*_all_of("Stocks", Stock, outcome, without), *_all_of("Flows", Flow, outcome, without)]


def _all_of(title: str, kind: type[Variable], outcome: Outcome, without: Collection[str]) -> list[Plain]:
    run = next(iter(outcome.runs.values()))
    names = [
        variable.name
        for variable in outcome.model.variables.values()
        if isinstance(variable, kind) and variable.name in run and not variable.component
    ]
    return _charts_by_unit(title, [name for name in names if name not in without], outcome)


def plot_charts(plot: Plot, outcome: Outcome) -> list[Plain]:
    """A `plot` as charts, one for each unit in it."""
    return _charts_by_unit(plot.title, plot.names, outcome)


def _charts_by_unit(title: str, names: Sequence[str], outcome: Outcome) -> list[Plain]:
    model = outcome.model
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(model.variables[name].unit.text, []).append(name)
    made = []
    for unit, members in groups.items():
        for begin in range(0, len(members), MOST_LINES):
            part = members[begin : begin + MOST_LINES]
            told = title or _joined(label_of(model, name) for name in part)
            if title and len(groups) > 1:
                told = f"{title}: {_joined(label_of(model, name) for name in part)}"
            made.append(_chart(told, part, unit, outcome))
    return made


def _chart(title: str, names: Sequence[str], unit: str, outcome: Outcome) -> Plain:
    """One chart of the first run."""
    run = next(iter(outcome.runs.values()))
    lines = [_line(outcome.model, run, name, number) for number, name in enumerate(names)]
    return _drawn(Chart(title, tuple(lines), unit, run.provenance.time_unit), f"p-{'-'.join(names)}")


def _line(model: Model, run: Run, name: str, colour: int) -> Line:
    """The course of a variable, or the points of a series."""
    label = label_of(model, name)
    if is_measured(model, name):
        times, values = measured_points(model, name, run)
        return Line(label, times, values.tolist(), colour, is_data=True)
    variable = model.variables.get(name)
    return Line(label, run.time.tolist(), run[name].tolist(), colour, 1 if isinstance(variable, Parameter) else 0)


def scenario_charts(outcome: Outcome) -> list[Plain]:
    """A chart of each main variable, a line a run."""
    model = outcome.model
    first = next(iter(outcome.runs.values()))
    made = []
    for name in main_variables(model, first)[:MOST_COMPARED]:
        lines = tuple(
            Line(run_label(model, scenario), run.time.tolist(), run[name].tolist(), number, number % MOST_DASHES)
            for number, (scenario, run) in enumerate(outcome.runs.items())
        )
        chart = Chart(label_of(model, name), lines, first.units[name], first.provenance.time_unit)
        made.append(_drawn(chart, f"c-{name}"))
    return made


def _drawn(chart: Chart, identity: str) -> Plain:
    safe = "".join(character if character.isalnum() else "-" for character in identity)
    rows = [
        {
            "name": line.name,
            "start": readable(line.values[0]),
            "stop": readable(line.values[-1]),
            "style": f"{'dots' if line.is_data else 'line'} c{line.colour % COLOURS} d{line.dash % MOST_DASHES}",
        }
        for line in chart.lines
        if line.values
    ]
    return {"title": chart.title, "unit": chart.unit, "svg": Markup(chart_svg(chart, safe)), "lines": rows}


def sparkline(run: Run, name: str, colour: int) -> Markup:
    """The course of a variable as a small picture."""
    return Markup(sparkline_svg(run.time.tolist(), run[name].tolist(), colour))


# Measured and simulated ----------------------------------------------------------------------------------------------


def is_measured(model: Model, name: str) -> bool:
    """Whether a variable is a series, or computed from series and parameters only."""
    return _measured(model, name, frozenset())


def _measured(model: Model, name: str, seen: frozenset[str]) -> bool:
    match model.variables.get(name):
        case Series():
            return True
        case Auxiliary(value=value):
            read = [each for each in references(value) if each in model.variables and not _is_constant(model, each)]
            return bool(read) and all(each not in seen and _measured(model, each, seen | {name}) for each in read)
        case _:
            return False


def _is_constant(model: Model, name: str) -> bool:
    return isinstance(model.variables[name], Parameter)


def fitted_pairs(model: Model) -> list[tuple[str, str]]:
    """(measured, simulated) of one unit that a plot holds together."""
    pairs: dict[tuple[str, str], None] = {}
    for plot in _all_plots(model):
        measured = [name for name in plot.names if is_measured(model, name)]
        simulated = [
            name
            for name in plot.names
            if name not in measured and not isinstance(model.variables[name], Parameter | Table)
        ]
        for data in measured:
            for name in simulated:
                if model.variables[name].unit.text == model.variables[data].unit.text:
                    pairs.setdefault((data, name))
    return list(pairs)


def measured_points(model: Model, name: str, run: Run) -> tuple[list[float], Array]:
    """Times and values of what was measured within a run: the points of a series, else the saved points."""
    series = model.variables[name]
    if not isinstance(series, Series):
        return run.time.tolist(), run[name]
    points = [(time, value) for time, value in series.points if run.time[0] <= time <= run.time[-1]]
    return [time for time, _ in points], np.array([value for _, value in points]) / series.scale


def values_at(run: Run, name: str, times: Sequence[float]) -> Array:
    """Values of a variable at times, on the straight lines between saved points."""
    values: Array = np.interp(times, run.time, run[name])
    return values


def table_times(run: Run) -> list[float]:
    """Round times for a table whose author named none: the start, some between, the end."""
    start, stop = float(run.time[0]), float(run.time[-1])
    inner = [time for time in ticks(start, stop, TABLE_TIMES) if start < time < stop]
    return [start, *inner, stop]


def _joined(names: Iterable[str]) -> str:
    listed = list(names)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
