"""The events of a model for its report: what happened at once, how often, when, and what it moved in all."""

from __future__ import annotations

from typing import Any

from sdlang.model.model import Event
from sdlang.report import charts
from sdlang.report.numbers import with_unit
from sdlang.results.outcome import Outcome
from sdlang.results.run import Firing, Run
from sdlang.units.dates import spoken_time

Plain = dict[str, Any]

# Of an event that happens often, as many times are told.
MOST_TIMES = 6


def happened(outcome: Outcome) -> list[Plain]:
    """A row for each event and run."""
    rows = []
    for event in outcome.model.events:
        for number, (scenario, run) in enumerate(outcome.runs.items()):
            firings = [firing for firing in run.firings if event.moves[0].name in firing.moved]
            rows.append(
                {
                    "event": event.text if number == 0 else "",
                    "documentation": event.documentation if number == 0 else "",
                    "run": charts.run_label(outcome.model, scenario),
                    "count": len(firings),
                    "often": counted(len(firings)),
                    "times": _times([_time(firing, run) for firing in firings]),
                    "moved": _moved(event, firings),
                }
            )
    return rows


def counted(count: int) -> str:
    """`never`, `once`, `12 times`"""
    return {0: "never", 1: "once"}.get(count, f"{count:,} times")


def _time(firing: Firing, run: Run) -> str:
    return spoken_time(firing.time, run.provenance) if run.provenance.is_calendar else f"{round(firing.time, 3):.10g}"


def _times(told: list[str]) -> list[str]:
    """The first times, and the last where some are left out."""
    return told if len(told) <= MOST_TIMES else [*told[: MOST_TIMES - 1], "…", told[-1]]


def _moved(event: Event, firings: list[Firing]) -> list[str]:
    """What each move moved in all: `order: 240 widgets`."""
    totals = ((move, sum(firing.moved[move.name] for firing in firings)) for move in event.moves)
    return [f"{move.label or move.name}: {with_unit(total, move.unit.text)}" for move, total in totals]
