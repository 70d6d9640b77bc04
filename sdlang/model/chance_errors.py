"""The words for mistakes with random draws, and with the seed and the runs of `simulate`."""

from __future__ import annotations

from sdlang.diagnostics import Diagnostic, Note
from sdlang.source import Span


def draw_in_parameter(parameter: str, value: str, call: Span, *, is_noise: bool) -> Diagnostic:
    again = f"`aux {parameter} = {call.text}`"
    hint = f"write `param {parameter} = {value} ~ {call.text}`; what is drawn anew at each step is an `aux`"
    return Diagnostic(
        "draw-in-parameter",
        f"the parameter `{parameter}` would be drawn anew at each step, and a parameter does not change during a run",
        call,
        hint=f"write {again}" if is_noise else hint,
    )


def draw_outside_equation(function: str, place: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "draw-outside-equation",
        f"`{function}` draws at each step, in an equation; this is {place}",
        span,
        hint=f"give it a variable of its own, `aux drawn = {function}(...)`, and read that"
        if place in ("an expectation", "no equation")
        else "use numbers and parameters only",
    )


def impossible_distribution(function: str, cause: str, place: Span, call: Span) -> Diagnostic:
    return Diagnostic(
        "impossible-distribution",
        f"`{function}` cannot draw: {cause}",
        place,
        notes=(Note(f"`{function}` is drawn here", call),) if place != call else (),
        hint="`sdrun explain impossible-distribution` lists what each of them takes",
    )


def draw_solved_for(function: str, unknown: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "draw-solved-for",
        f"`{function}` reads what is found by solving for `{unknown}`, and a draw is made before that",
        span,
        hint="draw what does not depend on it, `aux noise = normal(0, 1)`, and make an equation of that",
    )


def count_per_time(function: str, argument: str, unit: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "count-per-time",
        f"`{function}` counts things, and its `{argument}` is {unit}",
        span,
        hint=f"count what comes within a time, and divide by it: `{function}(... * 1 week) / 1 week`",
    )


def not_a_seed(text: str, most: int, span: Span | None) -> Diagnostic:
    return Diagnostic(
        "not-a-seed",
        f"a seed is a whole number from 0 to {most:,}; `{text}` is none",
        span,
        hint="any such number will do: `seed 42`",
    )


def too_few_runs(text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "too-few-runs",
        f"how many runs an ensemble has is a whole number from 2 on; `{text}` is none",
        span,
        hint="write for example `runs 200`",
    )
