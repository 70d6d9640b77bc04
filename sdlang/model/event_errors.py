"""The words for events that cannot be meant so: what each is called by its first line, and the step that mends it."""

from __future__ import annotations

from sdlang.diagnostics import Diagnostic, Severity
from sdlang.source import Span


def nothing_moves(event: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "event-without-moves",
        f"nothing moves in `{event}`",
        span,
        hint="write what happens: `move name: from_stock -> to_stock = amount`",
    )


def move_without_effect(move: str, stock: str | None, span: Span) -> Diagnostic:
    ends = f"`{stock or 'cloud'}` to `{stock or 'cloud'}`"
    return Diagnostic(
        "move-without-effect",
        f"`{move}` moves from {ends} and changes nothing",
        span,
        hint="let it start or end elsewhere",
    )


def move_shared(move: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "move-shared",
        f"`{move}` is shared out; a move goes from one place to one place",
        span,
        hint="write a move for each part, each with its share of the amount",
    )


def move_as_value(move: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "move-as-value",
        f"`{move}` is a move: it happens at once, and has no value in between",
        span,
        hint=f"count it in a stock: `stock so_far = 0 ...`, and beside it `move counted: cloud -> so_far = ...`; "
        f"or write out the amount of `{move}`",
    )


def move_unit(move: str, stock: str, wanted: str, found: str, is_rate: bool, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(
        "move-unit",
        f"`{stock}` holds {_said(wanted)}, and `{move}` moves {'a rate, ' * is_rate}{_said(found)}",
        span,
        hint="a move happens at once: multiply by the time that it stands for" if is_rate else hint,
    )


def move_between_unlike(
    move: str, source: str, source_unit: str, target: str, target_unit: str, span: Span
) -> Diagnostic:
    return Diagnostic(
        "move-unit",
        f"`{move}` takes from `{source}` ({source_unit}) and gives to `{target}` ({target_unit})",
        span,
        hint="let it leave to `cloud`, and a second move bring the other stock what one is worth in the other",
    )


def not_a_moment(event: str, part: str, found: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "not-a-time",
        f"{part} of `{event}` must be a time; `{span.text}` is {_said(found)}",
        span,
        hint="write a number, or one with a unit of time",
    )


def not_a_period(event: str, found: str, unit: str, span: Span) -> Diagnostic:
    """`unit` is the model's own unit of time."""
    bare = f"add a unit: `{span.text} {unit.removesuffix('s') if span.text == '1' else unit}`"
    return Diagnostic(
        "not-a-time",
        f"the period of `{event}` must be a time; `{span.text}` is {_said(found)}",
        span,
        hint=bare if found == "1" else "write for example `every 3 months`",
    )


def too_often(event: str, period: str, step: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "event-too-often",
        f"the period of `{event}` is {period}, shorter than the step of {step}",
        span,
        hint="use a longer period, a shorter step, or a flow for what goes on all the time",
    )


def ends_reversed(event: str, first: str, last: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "event-never",
        f"`{event}` begins at {first} and ends at {last}, before that",
        span,
        hint="write the earlier time first",
    )


def constant_condition(event: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "constant-condition",
        f"`{span.text}` never changes during a run, so `{event}` happens at the start or not at all",
        span,
        hint="compare a stock, the time or what depends on them; what happens once stands in `at`",
    )


def exact_meeting(event: str, changing: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "exact-meeting",
        f"`{changing}` changes little by little, so `{event}` waits for a value that it may pass by",
        span,
        severity=Severity.WARNING,
        hint="compare by `>=` or `<=`, whichever becomes true",
    )


def time_changes(event: str, parameter: str, scenario: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "event-time-changes",
        f"scenario `{scenario}` changes `{parameter}` during the run, and the times of `{event}` are made of it",
        span,
        hint="change it for the whole run, without `from`, or let a condition decide: `when time >= ...`",
    )


def move_at_memory(move: str, stock: str, function: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "move-at-memory",
        f"`{move}` moves into or out of `{stock}`, which `{function}` empties by what flowed in, and when",
        span,
        hint="let a flow bring it, such as a pulse, or move it to a stock before or behind",
    )


def _said(unit: str) -> str:
    return "a plain number" if unit == "1" else unit
