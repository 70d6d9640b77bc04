"""Which charts a report shows, and what they hold: from an Outcome to charts ready to draw.

What `plot` asks for comes first. Without any `plot`, stocks are shown, then flows, variables of one unit together. A
chart has one unit: a plot of people and of people per year becomes two charts. A variable that is split has a line for
each element, eight at most: the largest at the end; the chart says how many are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from sdlang.model.expressions import references
from sdlang.model.model import Auxiliary, Flow, Model, Parameter, Plot, Series, Stock, Table, Variable
from sdlang.report.date_marks import date_marks
from sdlang.report.numbers import ticks, without_unit
from sdlang.report.plots import COLOURS, Band, Chart, Line, chart_svg, sparkline_svg
from sdlang.results.elements import Course, Courses, courses
from sdlang.results.ensemble import Ensemble
from sdlang.results.outcome import Outcome
from sdlang.results.run import Array, Run
from sdlang.units.dates import DATE

Plain = dict[str, Any]

MOST_LINES = 8
MOST_CHARTS, MOST_OTHERS = 6, 20
MOST_COMPARED = 6
MOST_COMPARED_ELEMENTS = 4
MOST_FITTED = 20
MOST_DASHES = 4
TABLE_TIMES = 6


def label_of(model: Model, name: str) -> str:
    """The label of a variable, or its name with blanks for underscores; `staff [north]` for an element."""
    whole, bracket, element = name.partition("[")
    variable = model.variables.get(whole)
    label = (variable.label if variable is not None else "") or whole.replace("_", " ")
    return f"{label} [{element}" if bracket else label


def run_label(model: Model, name: str) -> str:
    """The label of a scenario; `base` is the run without one."""
    return next((scenario.label for scenario in model.scenarios if scenario.name == name and scenario.label), name)


def main_variables(model: Model, run: Run) -> list[str]:
    """What is plotted, except constants and data, then the stocks; without either, the auxiliaries. Elements that are
    plotted count as their variable."""
    plotted = [whole(name) for plot in _all_plots(model) for name in plot.names]
    stocks = [stock.name for stock in model.stocks() if not stock.is_hidden]
    names = dict.fromkeys([*plotted, *stocks])
    if not names:
        names = dict.fromkeys(auxiliary.name for auxiliary in model.auxiliaries() if not auxiliary.is_hidden)
    constant = [name for name in names if isinstance(model.variables.get(name), Parameter) or is_measured(model, name)]
    return [name for name in names if name in run and name not in constant]


def whole(name: str) -> str:
    """The variable that an element belongs to: `staff` for `staff[north]`."""
    return name.partition("[")[0]


def _all_plots(model: Model) -> list[Plot]:
    return [*model.plots, *(item for item in model.report if isinstance(item, Plot))]


def plots_of(outcome: Outcome) -> list[Plain]:
    """The charts of every `plot`; where nothing was asked for, those of stocks and flows, or of auxiliaries."""
    if outcome.model.plots:
        return [chart for plot in outcome.model.plots for chart in plot_charts(plot, outcome)]
    return _unasked(outcome)[:MOST_CHARTS]


def other_plots(outcome: Outcome) -> list[Plain]:
    """Charts of the stocks and flows that no `plot` asks for; without any `plot`, those that are too many to come
    first."""
    asked = [whole(name) for plot in outcome.model.plots for name in plot.names]
    others = _stocks_and_flows(outcome, asked) if asked else _unasked(outcome)[MOST_CHARTS:]
    return others[:MOST_OTHERS]


def _unasked(outcome: Outcome) -> list[Plain]:
    return _stocks_and_flows(outcome, ()) or _all_of("Auxiliaries", Auxiliary, outcome, ())


def _stocks_and_flows(outcome: Outcome, without: Collection[str]) -> list[Plain]:
    return [*_all_of("Stocks", Stock, outcome, without), *_all_of("Flows", Flow, outcome, without)]


def _all_of(title: str, kind: type[Variable], outcome: Outcome, without: Collection[str]) -> list[Plain]:
    """The modeller's own variables together, then those of each component; one that is split has a chart of its own."""
    run = next(iter(outcome.runs.values()))
    groups: dict[str, list[str]] = {}
    for name, variable in outcome.model.variables.items():
        if isinstance(variable, kind) and name in run and name not in without and not variable.is_hidden:
            groups.setdefault(name if variable.axes else variable.component.partition(".")[0], []).append(name)
    return _charts_by_unit(title, list(groups.values()), outcome)


def plot_charts(plot: Plot, outcome: Outcome) -> list[Plain]:
    """A `plot` as charts, one for each unit in it."""
    return _charts_by_unit(plot.title, [plot.names], outcome)


def _charts_by_unit(title: str, groups: Sequence[Sequence[str]], outcome: Outcome) -> list[Plain]:
    model = outcome.model
    run = next(iter(outcome.runs.values()))
    by_unit: dict[tuple[int, str], list[str]] = {}
    for number, names in enumerate(groups):
        for name in names:
            by_unit.setdefault((number, model.variables[whole(name)].unit.text), []).append(name)
    parts = [
        (unit, part)
        for (_, unit), members in by_unit.items()
        for part in _parts([courses(run, name, MOST_LINES) for name in members])
    ]
    made = []
    for unit, part in parts:
        joined = _joined(dict.fromkeys(label_of(model, course.variable) for told in part for course in told.shown))
        told = f"{title}: {joined}" if title and len(parts) > 1 else title or joined
        made.append(_chart(told, part, unit, outcome))
    return made


def _parts(members: Sequence[Courses]) -> list[list[Courses]]:
    """The variables of one chart after the other: as many as give eight lines, and none beside one that gives more."""
    made: list[list[Courses]] = []
    room = 0
    for member in members:
        if len(member.shown) > room or member.left_out:
            made.append([])
            room = MOST_LINES
        made[-1].append(member)
        room = 0 if member.left_out else room - len(member.shown)
    return made


def _chart(title: str, part: Sequence[Courses], unit: str, outcome: Outcome) -> Plain:
    """One chart of the first run."""
    run = next(iter(outcome.runs.values()))
    model = outcome.model
    shown = [course for told in part for course in told.shown]
    alone = len({course.variable for course in shown}) == 1
    ensemble = next(iter(outcome.ensembles.values()), None)
    lines = [
        _line(
            outcome.first,
            run,
            course,
            course.element if alone and course.element else label_of(model, course.name),
            n,
            ensemble,
        )
        for n, course in enumerate(shown)
    ]
    chart = Chart(title, tuple(lines), unit, _time_unit(run))
    left_out = {told.shown[0].variable: told.left_out for told in part if told.left_out}
    notes = [left_out_note(label_of(model, name), count) for name, count in left_out.items()]
    if ensemble is not None and any(line.bands for line in lines):
        notes.append(f"the bands hold half, and nine tenths, of {ensemble.runs} runs with drawn parameters and noise")
    note = "; ".join(notes)
    return drawn(chart, f"p-{'-'.join(course.name for course in shown)}", note)


def _time_unit(run: Run) -> str:
    """What stands below the axis of time."""
    return DATE if run.provenance.is_calendar else run.provenance.time_unit


def left_out_note(label: str, count: int) -> str:
    """What a picture or a table does not show of a variable with many elements."""
    counted = "1 more element" if count == 1 else f"{count:,} more elements"
    return f"{counted} of {label}, smaller at the end, not shown"


# Shares of the runs of an ensemble that bands show, with the levels between which they lie; the widest first.
BANDS = ((0.9, 0.05, 0.95), (0.5, 0.25, 0.75))


def _bands(course: Course, ensemble: Ensemble | None) -> tuple[Band, ...]:
    """How the runs of an ensemble spread around a course."""
    if ensemble is None or course.variable not in ensemble.values:
        return ()
    return tuple(
        Band(share, *(ensemble.quantile(course.name, level).tolist() for level in (low, high)))
        for share, low, high in BANDS
    )


def _line(model: Model, run: Run, course: Course, name: str, colour: int, ensemble: Ensemble | None = None) -> Line:
    """The course of a variable with how it spreads, or the points of a series."""
    if is_measured(model, course.variable):
        times, values = measured_points(model, course, run)
        return Line(name, times, values.tolist(), colour, is_data=True)
    variable = model.variables.get(course.variable)
    dash = 1 if isinstance(variable, Parameter) else 0
    bands = _bands(course, ensemble)
    return Line(name, run.time.tolist(), course.values.tolist(), colour, dash, bands=bands)


def scenario_charts(outcome: Outcome) -> list[Plain]:
    """A chart of each main variable, a line a run. Elements share the chart, each with a colour of its own, while there
    are no more than eight lines; else those that end largest have a chart each."""
    model = outcome.model
    first = next(iter(outcome.runs.values()))
    runs = [(run_label(model, scenario), run) for scenario, run in outcome.runs.items()]
    made = []
    for name in main_variables(model, first)[:MOST_COMPARED]:
        told = courses(first, name, max(MOST_COMPARED_ELEMENTS, MOST_LINES // len(runs)))
        note = left_out_note(label_of(model, name), told.left_out) if told.left_out else ""
        together = len(told.shown) * len(runs) <= MOST_LINES
        if not told.shown[0].element:
            pictures = [(label_of(model, name), _compared(told.shown[0], runs))]
        elif together:
            lines = [line for number, course in enumerate(told.shown) for line in _dashed(course, number, runs)]
            pictures = [(label_of(model, name), lines)]
        else:
            pictures = [(label_of(model, course.name), _compared(course, runs)) for course in told.shown]
        for number, (title, lines) in enumerate(pictures, 1):
            chart = Chart(title, tuple(lines), first.units[name], _time_unit(first))
            last = note if number == len(pictures) else ""
            made.append(drawn(chart, f"c-{name}" if len(pictures) == 1 else f"c-{name}-{number}", last))
    return made


def _compared(course: Course, runs: Sequence[tuple[str, Run]]) -> list[Line]:
    """A line a run, each in a colour of its own."""
    return [
        Line(label, run.time.tolist(), of_run(course, run).tolist(), number, number % MOST_DASHES)
        for number, (label, run) in enumerate(runs)
    ]


def _dashed(course: Course, colour: int, runs: Sequence[tuple[str, Run]]) -> list[Line]:
    """A line a run, all in the colour of the element, told apart by their dashes."""
    return [
        Line(
            course.element if not number else f"{course.element}, {label}",
            run.time.tolist(),
            of_run(course, run).tolist(),
            colour,
            number % MOST_DASHES,
        )
        for number, (label, run) in enumerate(runs)
    ]


def of_run(course: Course, run: Run) -> Array:
    """The same element over time in another run."""
    values: Array = run[course.variable].reshape(len(run.time), -1)[:, course.place]
    return values


def drawn(chart: Chart, identity: str, note: str = "") -> Plain:
    """A chart with its picture, its legend and a note below it."""
    safe = "".join(character if character.isalnum() else "-" for character in identity)
    rows = [
        {
            "name": line.name,
            "start": without_unit(line.values[0], chart.unit),
            "stop": without_unit(line.values[-1], chart.unit),
            "style": f"{'dots' if line.is_data else 'line'} c{line.colour % COLOURS} d{line.dash % MOST_DASHES}",
        }
        for line in chart.lines
        if line.values
    ]
    return {
        "title": chart.title,
        "unit": chart.unit,
        "svg": Markup(chart_svg(chart, safe)),
        "lines": rows,
        "note": note,
    }


def sparkline(run: Run, course: Course, colour: int) -> Markup:
    """The course of a variable as a small picture."""
    return Markup(sparkline_svg(run.time.tolist(), course.values.tolist(), colour))


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


def fitted_pairs(model: Model, run: Run) -> list[tuple[Course, Course]]:
    """(measured, simulated) of one unit that a plot holds together, element by element where both are split alike."""
    pairs: dict[tuple[str, str], tuple[Course, Course]] = {}
    for plot in _all_plots(model):
        measured = [name for name in plot.names if is_measured(model, whole(name))]
        simulated = [
            name
            for name in plot.names
            if name not in measured and not isinstance(model.variables[whole(name)], Parameter | Table)
        ]
        for data in measured:
            for name in simulated:
                if model.variables[whole(name)].unit.text == model.variables[whole(data)].unit.text:
                    modelled = {course.element: course for course in courses(run, name, MOST_FITTED).shown}
                    for course in courses(run, data, len(run.elements(whole(data)))).shown:
                        if course.element in modelled:
                            pair = course, modelled[course.element]
                            pairs.setdefault((pair[0].name, pair[1].name), pair)
    return list(pairs.values())


def measured_points(model: Model, course: Course, run: Run) -> tuple[list[float], Array]:
    """Times and values of what was measured within a run: the points of a series, else the saved points."""
    series = model.variables[course.variable]
    if not isinstance(series, Series):
        return run.time.tolist(), course.values
    written = series.elements[course.place] if series.elements else series.points
    points = [(time, value) for time, value in written if run.time[0] <= time <= run.time[-1]]
    return [time for time, _ in points], np.array([value for _, value in points]) / series.scale


def values_at(run: Run, course: Course, times: Sequence[float]) -> Array:
    """Values of a variable at times, on the straight lines between saved points."""
    values: Array = np.interp(times, run.time, course.values)
    return values


def table_times(run: Run) -> list[float]:
    """Round times for a table whose author named none: the start, some between, the end."""
    start, stop = float(run.time[0]), float(run.time[-1])
    dates = [time for time, _ in date_marks(start, stop)] if run.provenance.is_calendar else None
    inner = [time for time in dates or ticks(start, stop, TABLE_TIMES) if start < time < stop]
    return [start, *inner, stop]


def _joined(names: Iterable[str]) -> str:
    listed = list(names)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
