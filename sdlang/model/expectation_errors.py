"""The words for mistakes in what is expected and claimed: each function gives one Diagnostic."""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.diagnostics import Diagnostic, Note, did_you_mean
from sdlang.model.predicates import Argument, PredicateRow
from sdlang.source import Span


def outside_expect(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "conserved-outside-expect" if name == "conserved" else "course-outside-expect",
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


def argument_unit(function: str, name: str, wanted: str, got: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "argument-unit",
        f"`{name}` of `{function}` is in {wanted}; this is in {got}",
        span,
        hint=f"give it in {wanted}",
    )


def held_unit(name: str, wanted: str, got: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unit-mismatch", f"`{name}` is in {wanted}; it is held at a value in {got}", span, hint=f"give it in {wanted}"
    )


def _form(row: PredicateRow) -> str:
    """How a predicate is written: `oscillates(x, period = low .. high)`."""
    shown = [each.name if not each.is_optional else f"{each.name} = ..." for each in row.arguments]
    return f"`{row.name}({', '.join(shown)})`"


def argument_unfit(row: PredicateRow, name: str, span: Span) -> Diagnostic:
    known = [each.name for each in row.arguments]
    if name and name not in known:
        return Diagnostic(
            "unknown-argument",
            f"`{row.name}` has no `{name}`{did_you_mean(name, known)}",
            span,
            hint=f"write {_form(row)}",
        )
    what = f"`{name}` is given twice" if name else f"`{row.name}` has no more than {len(known)} arguments"
    return Diagnostic("argument-twice" if name else "wrong-number-of-arguments", what, span, hint=f"write {_form(row)}")


def argument_missing(row: PredicateRow, name: str, span: Span) -> Diagnostic:
    return Diagnostic("missing-argument", f"`{row.name}` wants `{name}`", span, hint=f"write {_form(row)}")


def range_expected(row: PredicateRow, wanted: Argument, span: Span) -> Diagnostic:
    is_range = wanted.kind == "two values, low .. high"
    what = "wants two values, from .. to" if is_range else "is one value, no range"
    hint = f"write `{wanted.name} = 2 .. 5`" if is_range else f"write {_form(row)}"
    return Diagnostic("range-expected", f"`{wanted.name}` of `{row.name}` {what}", span, hint=hint)


def no_data(span: Span) -> Diagnostic:
    return Diagnostic(
        "not-data",
        f"`{span.text}` is no series, and `fits` compares with data",
        span,
        hint='write `series measured = csv("data/measured.csv", time = "year", value = "staff")` and its name here',
    )


def measure_unknown(row: PredicateRow, known: Sequence[str], span: Span) -> Diagnostic:
    listed = ", ".join(f"`{name}`" for name in known)
    return Diagnostic(
        "unknown-measure",
        f"`{span.text}` does not say how near `{row.name}` has to be",
        span,
        hint=f"write `mape < 5%`; there are {listed}",
    )


def measure_turned(name: str, operator: str, span: Span) -> Diagnostic:
    better = "the larger" if operator.startswith("<") else "the smaller"
    return Diagnostic(
        "unknown-measure",
        f"`{name}` is {better} the better, so `{operator}` asks for a bad fit",
        span,
        hint=f"turn it: `{name} {'>' if operator.startswith('<') else '<'} ...`",
    )
