"""The words for mistakes in `simulate`, and in times."""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.diagnostics import Diagnostic, did_you_mean
from sdlang.source import Span
from sdlang.units.dates import FIRST_YEAR, LAST_YEAR


def missing_simulate(span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-simulate",
        "the model does not say which time to simulate",
        span,
        hint="add for example `simulate 2024 to 2034 years, step 1 month`",
    )


def missing_time_unit(span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-time-unit",
        "`simulate` does not say what time is counted in",
        span,
        hint="name a unit of time after the end: `simulate 0 to 100 weeks, step 1 week`",
    )


def not_a_time(what: str, text: str, unit: str, span: Span) -> Diagnostic:
    measured = "a plain number" if unit == "1" else f"measured in {unit}"
    return Diagnostic(
        "not-a-time", f"{what} must be a time; `{text}` is {measured}", span, hint="use for example `1 month`"
    )


def date_without_calendar(text: str, span: Span) -> Diagnostic:
    """`text` is a date as it is printed."""
    subtraction = " - ".join(text.split("-"))
    return Diagnostic(
        "date-without-calendar",
        f"`{text}` is a date, and time in this model is a number",
        span,
        hint=f"to subtract, write `{subtraction}`; for dates, `simulate 2024-01-01 to 2034-12-31, step 1 week`",
    )


def one_date(text: str, is_stop: bool, span: Span) -> Diagnostic:
    """One end of the run is a date, and the one that reads `text` is not."""
    which, other, example = ("end", "start", "2034-12-31") if is_stop else ("start", "end", "2024-01-01")
    return Diagnostic(
        "one-date",
        f"the {other} of the simulation is a date, and its {which}, `{text}`, is none",
        span,
        hint=f"write the {which} as a date, too, such as `{example}`, or both as numbers: `2024 to 2034 years`",
    )


def date_as_duration(what: str, text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "not-a-time", f"{what} must last some time; `{text}` is a date", span, hint="use for example `1 month`"
    )


def outside_calendar(start: str, stop: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "no-such-date",
        f"a simulation from {start} to {stop} leaves the calendar",
        span,
        hint=f"years go from {FIRST_YEAR} to {LAST_YEAR}",
    )


def step_beyond_run(step: str, length: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "step-does-not-divide",
        f"the step of {step} is longer than the whole run of {length}",
        span,
        hint="use a shorter step, or a later end",
    )


def missing_step(step: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-step",
        "`simulate` does not say how large a step is",
        span,
        hint=f"add `step ...`, for example `step {step}`",
    )


def span_reversed(start: str, stop: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "span-reversed",
        f"the simulation ends at {stop}, not after its start at {start}",
        span,
        hint="write the earlier time first",
    )


def step_not_positive(step: str, span: Span) -> Diagnostic:
    return Diagnostic("step-not-positive", f"a step of {step} does not move time on", span, hint="use a step above 0")


def step_does_not_divide(step: str, length: str, better: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "step-does-not-divide",
        f"the step of {step} does not fit a whole number of times into {length}",
        span,
        hint=f"a step of {better} does",
    )


def save_not_multiple(save: str, step: str, is_calendar: bool, span: Span) -> Diagnostic:
    return Diagnostic(
        "save-not-multiple",
        f"points every {save} do not fall on steps of {step}",
        span,
        hint="save at least a step apart" if is_calendar else "save at a whole multiple of the step",
    )


def unknown_method(name: str, known: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-method",
        f"unknown method `{name}`{did_you_mean(name, known)}",
        span,
        hint="there are " + ", ".join(f"`{method}`" for method in known),
    )
