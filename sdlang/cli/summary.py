"""The short table that a run prints: main variables with sparklines, verdicts, and the error of the step.

Stocks and whatever the model plots are shown; the report has everything. Names and labels are text, never markup.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sdlang.model.model import Model
from sdlang.render import visible
from sdlang.results.elements import Course, courses
from sdlang.units.dates import DATE, spoken_moment, spoken_time
from sdlang.units.durations import spoken

if TYPE_CHECKING:
    from sdlang.results.ensemble import Ensemble
    from sdlang.results.expectations import Verdict
    from sdlang.results.outcome import Outcome
    from sdlang.results.run import Run

BARS = "▁▂▃▄▅▆▇█"
SPARKLINE_WIDTH, LEAST_BARS = 24, 12
MOST_VARIABLES = 14
MOST_ELEMENTS = 8
MOST_ROWS = 24
MOST_SCENARIOS = 5
MOST_EVENTS = 8
# Digits that are shown; the data files have all of them.
DIGITS = 5


def print_summary(outcome: Outcome, stream: IO[str], coloured: bool) -> None:
    """Writes the summary of all runs."""
    console = _console(stream, coloured)
    names = tuple(
        name
        for name in main_variables(outcome.model)
        if all(name.partition("[")[0] in run for run in outcome.runs.values())
    )
    shown = names[: _how_many_fit(names, outcome.runs)]
    console.print(_table(outcome.runs, shown, outcome.ensembles))
    if len(names) > len(shown):
        console.print(Text(f"and {len(names) - len(shown)} more in the report", style="dim"))
    told = (
        event_lines(outcome),
        verdict_lines(outcome),
        claim_lines(outcome),
        other_lines(outcome),
        step_lines(outcome.runs),
    )
    for line in chain.from_iterable((*told, chance_lines(outcome.runs))):
        console.print(line, soft_wrap=True)


def print_failures(outcome: Outcome, stream: IO[str], coloured: bool) -> None:
    """Writes the expectations that do not hold, for those who did not want the summary."""
    console = _console(stream, coloured)
    for verdict in outcome.verdicts:
        if not verdict.holds:
            console.print(_failure(verdict), soft_wrap=True)


def _console(stream: IO[str], coloured: bool) -> Console:
    return Console(
        file=stream,
        color_system="standard" if coloured else None,
        force_terminal=coloured,
        no_color=not coloured,
        highlight=False,
        markup=False,
        emoji=False,
        width=None if stream.isatty() else 100,
    )


def main_variables(model: Model) -> tuple[str, ...]:
    """What is plotted, then the stocks; the insides of components without a name are left out."""
    plotted = [name for plot in model.plots for name in plot.names]
    stocks = [stock.name for stock in model.stocks() if not stock.is_hidden]
    return tuple(dict.fromkeys([*plotted, *stocks]))


def _how_many_fit(names: Sequence[str], runs: Mapping[str, Run]) -> int:
    """How many variables the table has room for; the first always fits."""
    run = next(iter(runs.values()))
    rows = 0
    for number, name in enumerate(names[:MOST_VARIABLES]):
        told = courses(run, name, MOST_ELEMENTS)
        rows += len(told.shown) + bool(told.left_out)
        if rows > MOST_ROWS and number:
            return number
    return min(len(names), MOST_VARIABLES)


def sparkline(values: Sequence[float], columns: int = SPARKLINE_WIDTH) -> str:
    """Values at evenly spread places, as bars from the smallest to the largest; a blank where there is no number."""
    last = len(values) - 1
    columns = min(columns, len(values))
    picked = [values[round(place * last / max(1, columns - 1))] for place in range(columns)]
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return " " * columns
    low, high = min(finite), max(finite)
    # Halved first: the span of very large values would overflow.
    span = high / 2 - low / 2
    if span <= 1e-12 * max(abs(low), abs(high)):
        return "".join(BARS[3] if math.isfinite(value) else " " for value in picked)
    steps = len(BARS) - 1
    return "".join(
        BARS[round((value / 2 - low / 2) / span * steps)] if math.isfinite(value) else " " for value in picked
    )


def readable(value: float, unit: str = "") -> str:
    """A number with a few digits: `1,200,000`, `0.08`, `3.2e-07`; a date where that is its unit."""
    if unit == DATE:
        return spoken_moment(value)
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return str(value)
    magnitude = math.floor(math.log10(abs(value)))
    if not -4 <= magnitude < 15:
        return f"{value:.{DIGITS - 1}g}"
    text = f"{value:,.{max(0, DIGITS - 1 - magnitude)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def event_lines(outcome: Outcome) -> Iterator[Text]:
    """A line for each event: how often it happened in each run."""
    for text in list(dict.fromkeys(event.text for event in outcome.model.events))[:MOST_EVENTS]:
        counts = {name: sum(each.event == text for each in run.firings) for name, run in outcome.runs.items()}
        (_, first), *others = counts.items()
        differing = ", ".join(f"{visible(name)}: {count:,}" for name, count in others if count != first)
        told = {0: "never", 1: "once"}.get(first, f"{first:,} times") + (f" ({differing})" if differing else "")
        yield Text.assemble(("event ", "cyan"), visible(f"{text}: {told}"))


def verdict_lines(outcome: Outcome) -> Iterator[Text]:
    """A line for each expectation that holds in all its runs, and one for each run where it does not, with numbers."""
    for text in dict.fromkeys(verdict.text for verdict in outcome.verdicts):
        verdicts = [verdict for verdict in outcome.verdicts if verdict.text == text]
        if all(verdict.holds for verdict in verdicts):
            runs = f" ({len(verdicts)} runs)" if len(verdicts) > 1 else ""
            yield Text.assemble(("holds ", "green"), visible(f"expect {text}{runs}"))
        yield from (_failure(verdict) for verdict in verdicts if not verdict.holds)


def claim_lines(outcome: Outcome) -> Iterator[Text]:
    """A line for each claim: whether the model bears it out, and where it was made."""
    for claim in outcome.model.claims:
        verdicts = [verdict for verdict in outcome.verdicts if verdict.claim == claim.text]
        if verdicts:
            holds = all(verdict.holds for verdict in verdicts)
            origin = f" ({claim.origin})" if claim.origin else ""
            word, style = ("holds ", "green") if holds else ("FAILS ", "bold red")
            yield Text.assemble((word, style), visible(f"claim: {claim.text}{origin}"))


def _failure(verdict: Verdict) -> Text:
    under = f" under {verdict.scenario}" if verdict.scenario else ""
    return Text.assemble(("FAILS ", "bold red"), visible(f"expect {verdict.text}{under}; {verdict.detail}"))


def other_lines(outcome: Outcome) -> Iterator[Text]:
    """What is to be said of the assumptions, of the ensemble, and of the runs beside their numbers."""
    yield from assumption_lines(outcome)
    yield from note_lines(outcome.runs)


def assumption_lines(outcome: Outcome) -> Iterator[Text]:
    """How many assumptions have no source, in a model that names sources; and what an ensemble was made of."""
    from sdlang.report.assumptions import is_told, sourced

    if is_told(outcome.model):
        with_source, count = sourced(outcome.model)
        if count > with_source:
            told = (
                f"{count - with_source} of {count} assumptions ({100 * (1 - with_source / count):.0f} %) have no source"
            )
            yield Text.assemble(("note  ", "yellow"), told)
    for ensemble in list(outcome.ensembles.values())[:1]:
        told = f"in brackets where 90 % of {ensemble.runs} runs end, with seed {ensemble.seed}"
        yield Text.assemble(("runs  ", "cyan"), told)


def note_lines(runs: Mapping[str, Run]) -> Iterator[Text]:
    """What is to be said of runs beside their numbers, each once."""
    for note in dict.fromkeys(note for run in runs.values() for note in run.notes):
        yield Text.assemble(("note  ", "yellow"), visible(note))


def step_lines(runs: Mapping[str, Run]) -> Iterator[Text]:
    """The variable that the step makes most uncertain, in the run where it is worst, if that matters."""
    errors = [(error, run) for run in runs.values() for error in run.accuracy if error.step is not None]
    if errors:
        error, run = max(errors, key=lambda pair: pair[0].relative)
        told = f"`{visible(error.name)}` may be off by {100 * error.relative:.2g} % through the step of "
        unit = run.provenance.time_unit
        told += f"{spoken(run.provenance.step, unit)}; {spoken(error.step or 0.0, unit)} would do"
        yield Text.assemble(("step  ", "yellow"), told)


def chance_lines(runs: Mapping[str, Run]) -> Iterator[Text]:
    """What says that another run would be another one, where random numbers were drawn."""
    seed = next((run.provenance.seed for run in runs.values()), None)
    if seed is not None:
        told = f"with the seed {seed}, one run of many; `--seed {(seed + 1) % 2**64}` draws another"
        yield Text.assemble(("drawn ", "dim"), told)


def _end(value: float, unit: str, course: Course, ensemble: Ensemble | None) -> str:
    """Where a course ends, and where nine of ten runs of its ensemble do."""
    if ensemble is None or course.variable not in ensemble.values:
        return readable(value, unit)
    low, high = (float(ensemble.quantile(course.name, level)[-1]) for level in (0.05, 0.95))
    return f"{readable(value, unit)} ({readable(low, unit)} .. {readable(high, unit)})"


def _table(runs: Mapping[str, Run], names: Sequence[str], ensembles: Mapping[str, Ensemble]) -> Table:
    """A row a variable or element: start, course and end of the first run, and the ends of the others."""
    (first, run), *others = runs.items()
    others = others[:MOST_SCENARIOS]
    start, end = (spoken_time(float(time), run.provenance, 10) for time in (run.time[0], run.time[-1]))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column(start, justify="right")
    table.add_column("")
    table.add_column(Text(f"{end} {first}") if others else end, justify="right")
    for scenario, _ in others:
        table.add_column(Text(scenario), justify="right")
    table.add_column("")
    bars = max(LEAST_BARS, SPARKLINE_WIDTH - 4 * len(others))
    for name in names:
        told = courses(run, name, MOST_ELEMENTS)
        unit = run.units[name.partition("[")[0]]
        for course in told.shown:
            values = course.values.tolist()
            ends = (other[course.variable][-1].reshape(-1)[course.place] for _, other in others)
            table.add_row(
                Text(visible(course.name)),
                Text(readable(values[0], unit)),
                Text(sparkline(values, bars), style="cyan"),
                Text(_end(course.end, unit, course, ensembles.get(first))),
                *(
                    Text(_end(float(end), unit, course, ensembles.get(scenario)))
                    for (scenario, _), end in zip(others, ends, strict=True)
                ),
                Text("" if unit in ("1", DATE) else visible(unit), style="dim"),
            )
        if told.left_out:
            table.add_row(Text(left_out_words(told.left_out), style="dim"))
    return table


def left_out_words(count: int) -> str:
    """`... and 92 more elements`"""
    return f"... and {count:,} more element{'s' * (count != 1)}"
