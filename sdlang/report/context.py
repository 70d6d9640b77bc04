"""What a report says, as plain values: the one thing that templates see, ours and the user's.

`context(outcome)` gives a dictionary of texts, numbers, lists and dictionaries. Its keys are documented in
docs/reports.md, and a user's template may rely on them. Texts of type `Markup` are HTML that this package made; all
others are plain and are escaped by the template.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from math import isfinite
from types import MappingProxyType
from typing import Any

import numpy as np
from markdown_it import MarkdownIt
from markupsafe import Markup

from sdlang.model.conservation import in_words
from sdlang.model.model import Model, Plot, Prose, Section, TableRequest, Variable
from sdlang.model.scenario import BASE, BEFORE
from sdlang.report import charts, equations, events
from sdlang.report.assumptions import assumptions
from sdlang.report.child import code
from sdlang.report.claims import claims
from sdlang.report.diagram import diagram_svg
from sdlang.report.numbers import change, difference, percentage, readable, with_unit, without_unit, year_text
from sdlang.report.scenario_changes import changes, extended, pictures
from sdlang.results.elements import Courses, courses
from sdlang.results.fit import fit
from sdlang.results.outcome import Outcome
from sdlang.results.run import Run, StepError
from sdlang.units.dates import DATE, spoken_time
from sdlang.units.durations import spoken

Plain = dict[str, Any]

MOST_FIGURES = 8
MOST_STEP_ERRORS = 8
MOST_FAILED = 6
# Of a variable with many elements, as many as a card or a comparison shows, and as many as a table does.
MOST_ELEMENTS = 6
MOST_TABLE_ROWS = 40
GOOD_TIMES = 6
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "documentation": "About this model",
        "figures": "Key figures",
        "plots": "Behaviour over time",
        "fit": "Fit to data",
        "scenarios": "Scenarios compared",
        "diagram": "Stocks and flows",
        "claims": "Claims",
        "expectations": "What was expected",
        "tables": "In numbers",
        "assumptions": "What is assumed",
        "events": "What happened at once",
        "conservation": "What is conserved",
        "equations": "Equations",
        "steps": "Accuracy",
        "provenance": "How this was made",
    }
)
# What every report ends with, even one with a `report` block of its own.
ALWAYS = ("claims", "expectations", "steps", "provenance")


def context(outcome: Outcome) -> Plain:
    """All that a report says. `sections` are in the order of the report block, or in that of `TITLES`."""
    model = outcome.model
    sections = [section for section in _sections(outcome) if section is not None]
    for number, section in enumerate(sections, 1):
        section["id"] = f"s{number}"
    first = next(iter(outcome.runs.values()))
    return {
        "title": model.title,
        "subtitle": _subtitle(outcome, first),
        "date": _today(),
        "sections": sections,
        "failed": [_verdict(outcome.model, verdict) for verdict in outcome.verdicts if not verdict.holds],
        "held": sum(verdict.holds for verdict in outcome.verdicts),
        "scenarios": list(outcome.runs),
        "variables": [_variable(model, name, first) for name in first.shown],
        "runs": {
            name: {
                "time": run.time.tolist(),
                "dates": [day.isoformat() for day in run.dates],
                "values": {each: run[each].tolist() for each in run.shown},
            }
            for name, run in outcome.runs.items()
        },
    }


def _sections(outcome: Outcome) -> Iterable[Plain | None]:
    if not outcome.model.report:
        yield from (_section(name, outcome) for name in TITLES)
        return
    shown = set()
    for item in outcome.model.report:
        match item:
            case Prose():
                yield {
                    "kind": "prose",
                    "title": "",
                    "html": markdown(_filled(item, outcome)),
                    "text": _filled(item, outcome),
                }
            case Plot():
                yield {"kind": "plots", "title": "", "charts": charts.plot_charts(item, outcome), "more": []}
            case TableRequest():
                yield {"kind": "tables", "title": "", "tables": [_table(item, outcome)]}
            case Section(name=name):
                shown.add(name)
                yield _section(name, outcome)
    yield from (_section(name, outcome) for name in ALWAYS if name not in shown)


def _section(name: str, outcome: Outcome) -> Plain | None:
    """One of the report's own sections, `None` where it has nothing to say."""
    content = SECTIONS[name](outcome)
    return None if content is None else {"kind": name, "title": TITLES[name], **content}


# The sections --------------------------------------------------------------------------------------------------------


def _documentation(outcome: Outcome) -> Plain | None:
    text = outcome.model.documentation
    return {"html": markdown(text), "text": text} if text else None


def _figures(outcome: Outcome) -> Plain | None:
    """A card for each main variable of the first run: its end, its start, and its course. One that is split tells the
    span of its elements, and those that end largest."""
    run = next(iter(outcome.runs.values()))
    names = charts.main_variables(outcome.model, run)[:MOST_FIGURES]
    cards = []
    for number, name in enumerate(names):
        told = courses(run, name, MOST_ELEMENTS)
        unit = run.units[name]
        elements = [
            {
                "name": course.element,
                "label": charts.label_of(outcome.model, course.name),
                "value": with_unit(course.end, unit),
                "start": with_unit(float(course.values[0]), unit),
                "change": change(float(course.values[0]), course.end),
            }
            for course in told.shown
            if course.element
        ]
        cards.append(
            {
                "name": name,
                "label": charts.label_of(outcome.model, name),
                "value": _span(run[name][-1], unit) if elements else with_unit(told.shown[0].end, unit),
                "start": _span(run[name][0], unit),
                "change": "" if elements else change(float(run[name][0]), told.shown[0].end),
                "when": _time(run, float(run.time[-1])),
                "from": _time(run, float(run.time[0])),
                "spark": Markup("") if elements else charts.sparkline(run, told.shown[0], number),
                "elements": elements,
                "left_out": told.left_out,
            }
        )
    return {"cards": cards} if cards else None


def _span(values: Any, unit: str) -> str:
    """One value, or the smallest and the largest of many."""
    low, high = float(values.min()), float(values.max())
    return with_unit(high, unit) if low == high else f"{without_unit(low, unit)} … {with_unit(high, unit)}"


def _plots(outcome: Outcome) -> Plain | None:
    shown = charts.plots_of(outcome)
    return {"charts": shown, "more": charts.other_plots(outcome)} if shown else None


def _fit(outcome: Outcome) -> Plain | None:
    """Statistics for each plot that holds a measured series and variables of the same unit."""
    run = next(iter(outcome.runs.values()))
    rows = []
    model = outcome.first
    for series, simulated in charts.fitted_pairs(model, run):
        times, measured = charts.measured_points(model, series, run)
        if len(times) < 2:
            continue
        told = fit(charts.values_at(run, simulated, times), measured)
        unit = run.units[simulated.variable]
        rows.append(
            {
                "simulated": charts.label_of(model, simulated.name),
                "measured": charts.label_of(model, series.name),
                "points": told.points,
                "rmse": difference(told.rmse, unit),
                "mape": "–" if told.mape is None else percentage(told.mape),
                "r2": "–" if told.r2 is None else f"{told.r2:.3f}",
                "bias": percentage(told.bias),
                "variation": percentage(told.variation),
                "covariation": percentage(told.covariation),
            }
        )
    return {"rows": rows} if rows else None


def _scenarios(outcome: Outcome) -> Plain | None:
    """What the scenarios change; the end of every main variable in every run, and a chart of each."""
    model = outcome.model
    if tuple(outcome.runs) == (BASE,):
        return None
    first = next(iter(outcome.runs.values()))
    told = [
        {
            "name": scenario.name,
            "label": scenario.label or scenario.name,
            "text": scenario.documentation,
            "html": markdown(scenario.documentation),
            "extends": extended(scenario, model),
            "changes": changes(scenario, outcome),
            "charts": pictures(scenario, outcome),
        }
        for scenario in model.scenarios
        if scenario.name in outcome.runs
    ]
    if len(outcome.runs) == 1:
        return {"title": "The scenario", "scenarios": told, "rows": [], "names": [], "notes": [], "charts": []}
    rows = []
    notes = []
    for name in charts.main_variables(model, first):
        compared = courses(first, name, MOST_ELEMENTS)
        for course in compared.shown:
            base = float(course.values[-1])
            values = []
            for run in outcome.runs.values():
                last = float(charts.of_run(course, run)[-1])
                values.append({"value": readable(last), "change": "" if run is first else change(base, last)})
            label = charts.label_of(model, course.name)
            rows.append({"label": label, "unit": _unit(first.units[name]), "values": values})
        notes += _left_out(name, compared, outcome)
    return {
        "scenarios": told,
        "names": [charts.run_label(model, name) for name in outcome.runs],
        "when": _time(first, float(first.time[-1])),
        "rows": rows,
        "notes": notes,
        "charts": charts.scenario_charts(outcome),
    }


def _diagram(outcome: Outcome) -> Plain | None:
    svg = diagram_svg(outcome.model)
    return {"svg": Markup(svg)} if svg else None


def _expectations(outcome: Outcome) -> Plain | None:
    rows = [_verdict(outcome.model, verdict) for verdict in outcome.verdicts]
    if not rows:
        return None
    return {"rows": rows, "held": sum(row["holds"] for row in rows), "count": len(rows), "charts": _failed(outcome)}


def _failed(outcome: Outcome) -> list[Plain]:
    """A chart of what each expectation that failed is about."""
    failed = {verdict.text: verdict for verdict in outcome.verdicts if not verdict.holds and verdict.subjects}
    plots = [Plot(text, verdict.subjects, verdict.span) for text, verdict in failed.items()]
    return [chart for plot in plots[:MOST_FAILED] for chart in charts.plot_charts(plot, outcome)]


def _verdict(model: Model, verdict: Any) -> Plain:
    margin = "" if verdict.unit == "" else difference(verdict.margin, verdict.unit)
    return {
        "text": verdict.text,
        "scenario": charts.run_label(model, verdict.scenario or "base"),
        "holds": bool(verdict.holds),
        "margin": margin,
        "detail": verdict.detail,
    }


def _tables(outcome: Outcome) -> Plain | None:
    tables = [_table(request, outcome) for request in outcome.model.tables]
    return {"tables": tables} if tables else None


def _table(request: TableRequest, outcome: Outcome) -> Plain:
    """Values of variables at times, in every run, a row an element."""
    first = next(iter(outcome.runs.values()))
    times = [time for time in request.times or charts.table_times(first) if first.time[0] <= time <= first.time[-1]]
    rows: list[Plain] = []
    notes: list[str] = []
    for name in request.names:
        told = courses(first, name, MOST_TABLE_ROWS)
        for course in told.shown:
            for scenario, run in outcome.runs.items():
                values = np.interp(times, run.time, charts.of_run(course, run)).tolist()
                rows.append(
                    {
                        "label": charts.label_of(outcome.model, course.name),
                        "scenario": charts.run_label(outcome.model, scenario) if len(outcome.runs) > 1 else "",
                        "unit": _unit(run.units[course.variable]),
                        "values": _readable(values, run.units[course.variable]),
                    }
                )
        notes += _left_out(name, told, outcome)
    return {"title": request.title, "times": [_time(first, time) for time in times], "rows": rows, "notes": notes}


def _left_out(name: str, told: Courses, outcome: Outcome) -> list[str]:
    return [charts.left_out_note(charts.label_of(outcome.model, name), told.left_out)] if told.left_out else []


def _readable(values: list[float], unit: str) -> list[str]:
    """Numbers of one row; what is less than a millionth of the largest is shown as 0."""
    if unit == DATE:
        return [with_unit(value, unit) for value in values]
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    return [readable(0.0 if abs(value) < 1e-6 * largest else value) for value in values]


def _events(outcome: Outcome) -> Plain | None:
    rows = events.happened(outcome)
    return {"rows": rows, "many": len(outcome.runs) > 1} if rows else None


def _conservation(outcome: Outcome) -> Plain | None:
    told = [in_words(ledger, outcome.model) for ledger in outcome.ledgers]
    ways = "flows and moves" if outcome.model.events else "flows"
    return {"sentences": [code(text) for text in told], "texts": told, "ways": ways} if told else None


def _equations(outcome: Outcome) -> Plain | None:
    return {"groups": equations.groups(outcome)}


def _steps(outcome: Outcome) -> Plain | None:
    """What the step costs in accuracy, over all runs."""
    worst: dict[str, tuple[StepError, str]] = {}
    for name, run in outcome.runs.items():
        for error in run.accuracy:
            if error.name not in worst or error.relative > worst[error.name][0].relative:
                worst[error.name] = (error, name)
    first = next(iter(outcome.runs.values()))
    made = first.provenance
    if not worst:
        return {"checked": False, "rows": [], "how": "", "bad": []}
    ordered = sorted(worst.values(), key=lambda pair: -pair[0].relative)
    rows = [
        {
            "label": charts.label_of(outcome.model, error.name),
            "absolute": difference(error.absolute, first.units[error.name]),
            "relative": percentage(error.relative),
            "step": "" if error.step is None else spoken(error.step, made.time_unit),
            "scenario": scenario,
        }
        for error, scenario in ordered
    ]
    adaptive = made.engine == "scipy"
    how = "with tighter tolerances" if adaptive else f"at half the step of {spoken(made.step, made.time_unit)}"
    return {
        "checked": True,
        "how": how,
        "rows": rows[:MOST_STEP_ERRORS],
        "worst": rows[0],
        "bad": [row for row in rows if row["step"]],
    }


def _provenance(outcome: Outcome) -> Plain:
    made = next(iter(outcome.runs.values())).provenance
    time = outcome.model.clock
    unit = "" if time.is_calendar else f" {time.unit.text}"
    rows = [
        ("Model", outcome.model.title),
        ("Digest (SHA-256 of text and data)", made.digest),
        ("Time", " to ".join(spoken_time(float(end), time) for end in (time.start, time.stop)) + unit),
        ("Step", spoken(made.step, made.time_unit, 6)),
        ("Method and engine", f"{made.method}, {made.engine}"),
        ("Scenarios", ", ".join(outcome.runs)),
    ]
    ensemble = next(iter(outcome.ensembles.values()), None)
    if ensemble is not None:
        rows.append(("Runs of an ensemble", f"{ensemble.runs:,}"))
    seed = made.seed if ensemble is None else ensemble.seed
    if seed is not None:
        rows.append(("Seed", str(seed)))
    if made.parameters:
        told = (
            f"{name} = {with_unit(value, _parameter(name, outcome.model).unit.text)}"
            for name, value in made.parameters.items()
        )
        rows.append(("Set by the caller", ", ".join(told)))
    rows.append(("Versions", ", ".join(f"{name} {version}" for name, version in made.versions.items())))
    return {"rows": [{"what": what, "value": value} for what, value in rows]}


def _parameter(name: str, model: Model) -> Variable:
    """The parameter that a setting speaks of: `rate` for `rate[north]` and for `rate.before`."""
    return model.variables[charts.whole(name).removesuffix(BEFORE)]


SECTIONS: Mapping[str, Callable[[Outcome], Plain | None]] = MappingProxyType(
    {
        "documentation": _documentation,
        "figures": _figures,
        "plots": _plots,
        "fit": _fit,
        "scenarios": _scenarios,
        "diagram": _diagram,
        "claims": claims,
        "expectations": _expectations,
        "tables": _tables,
        "assumptions": assumptions,
        "events": _events,
        "conservation": _conservation,
        "equations": _equations,
        "steps": _steps,
        "provenance": _provenance,
    }
)


# Words ---------------------------------------------------------------------------------------------------------------


def markdown(text: str) -> Markup:
    """Markdown as HTML; HTML in it stays text, and pictures are links to nothing."""
    return Markup(MARKDOWN.render(text))


def _filled(item: Prose, outcome: Outcome) -> str:
    """A text with its values put in; a value of a scenario that was not run is left open."""
    pieces = []
    for piece in item.pieces:
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        run = next(iter(outcome.runs.values())) if not piece.scenario else outcome.runs.get(piece.scenario)
        if run is None or not run.time[0] <= piece.time <= run.time[-1]:
            pieces.append("—")
        else:
            pieces.append(with_unit(run.at(piece.name, piece.time), run.units[charts.whole(piece.name)]))
    return _unindented("".join(pieces))


def _unindented(text: str) -> str:
    """Lines without the indent they share: text in a block is set in, which Markdown would read as code."""
    lines = text.strip("\n").split("\n")
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:] for line in lines).strip()


def _subtitle(outcome: Outcome, run: Run) -> str:
    stocks = sum(not stock.is_hidden for stock in outcome.model.stocks())
    flows = sum(not flow.is_hidden for flow in outcome.model.flows())
    counted = f"{stocks} stock{'s' * (stocks != 1)}, {flows} flow{'s' * (flows != 1)}"
    scenarios = f", {len(outcome.runs)} runs" if len(outcome.runs) > 1 else ""
    return f"{_time(run, float(run.time[0]))} to {_time(run, float(run.time[-1]))}, {counted}{scenarios}"


def _time(run: Run, time: float) -> str:
    """A time as people say it: `2030` where that is a year, else `day 30`."""
    if run.provenance.is_calendar:
        return spoken_time(time, run.provenance)
    unit = run.provenance.time_unit.removesuffix("s")
    text = year_text(round(time, 6), 10.0 ** -_decimals(time))
    return text if unit == "year" and 1000 <= time < 3000 else f"{unit} {text}" if unit else text


def _decimals(time: float) -> int:
    return next((places for places in range(4) if abs(time - round(time, places)) < 1e-9), 4)


def _variable(model: Model, name: str, run: Run) -> Plain:
    column = run.columns[name]
    variable = model.variables.get(name)
    return {
        "name": name,
        "label": column.label or name,
        "kind": column.kind,
        "unit": column.unit,
        "dimensions": {dimension: list(elements) for dimension, elements in column.axes},
        "documentation": variable.documentation if variable is not None else "",
    }


def _unit(unit: str) -> str:
    return {"1": "", "percent": "%", DATE: ""}.get(unit, unit)


def _today() -> str:
    """The day of the report; SOURCE_DATE_EPOCH fixes it, so that a build can be repeated."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(fixed), UTC) if fixed.isdigit() else datetime.now(UTC)
    return f"{moment:%Y-%m-%d}"
