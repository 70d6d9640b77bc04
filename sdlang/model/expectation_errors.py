"""The words for mistakes in what is expected and claimed: each function gives one Diagnostic."""

from __future__ import annotations

from sdlang.diagnostics import Diagnostic, Note
from sdlang.source import Span


def outside_expect(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "course-outside-expect",
        f"`{name}(...)` speaks of a whole run, which an equation does not know",
        span,
        hint="write it behind `expect`",
    )


def moment_of_shape(word: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "shape-at-a-moment",
        f"a shape is that of a whole course; with `{word}` it would have to hold at one moment",
        span,
        hint="write `after`, `before` or `until` with a time to look at a part of the run",
    )


def shape_in_event(span: Span) -> Diagnostic:
    return Diagnostic(
        "shape-at-a-moment",
        "a shape is that of a whole course and does not become true at a moment",
        span,
        hint="write a comparison: `after staff > 5 people`",
    )


def event_at(span: Span) -> Diagnostic:
    return Diagnostic(
        "not-a-time",
        "`at` wants a time; this is a condition",
        span,
        hint="write `after` and the condition, or `within 1 year after` it",
    )


def moment_twice(span: Span) -> Diagnostic:
    return Diagnostic(
        "moment-twice",
        "`within` counts from the beginning of the run or from what stands behind its own `after`",
        span,
        hint="write `expect staff > 5 people within 2 years after 2026`",
    )


def always_within(span: Span) -> Diagnostic:
    return Diagnostic(
        "moment-twice",
        "`within` asks for one moment before a deadline, `always` for all of them",
        span,
        hint="remove `always`, or give the part of the run with `after`, `before` or `until`",
    )


def share_of_runs(text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "share-of-runs",
        f"`{text}` is no share of runs: it lies between 0 and 100 %",
        span,
        hint="write `in 95% of runs`",
    )


def conserved_alone(span: Span) -> Diagnostic:
    return Diagnostic(
        "conserved-outside-expect",
        "`conserved(...)` is a statement about a whole run and stands alone behind `expect`",
        span,
        hint="write `expect conserved(population)`",
    )


def extreme_alone(span: Span) -> Diagnostic:
    return Diagnostic(
        "extreme-alone",
        "`extreme(...)` makes a run of its own and stands alone behind `expect`",
        span,
        hint="write `expect extreme(hiring = 0, falls(staff))`",
    )


def extreme_incomplete(span: Span) -> Diagnostic:
    return Diagnostic(
        "extreme-incomplete",
        "`extreme` wants the values at which variables are held, and then what follows from them",
        span,
        hint="write `extreme(hiring = 0, falls(staff))`",
    )


def cannot_be_held(name: str, kind: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "cannot-be-held",
        f"`{name}` is a {kind} and cannot be held at a value",
        span,
        hint="hold a parameter, a flow, an auxiliary, or the initial value of a stock",
    )


def claim_twice(text: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-name",
        f"`{text}` is claimed twice",
        span,
        notes=(Note("it is claimed here first", first),),
        hint="put what is expected into one block",
    )


def claim_without_expectation(text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "empty-claim",
        f"nothing is expected of the claim `{text}`, so nothing can tell whether it holds",
        span,
        hint="write `expect ...` into its block",
    )
