"""The words for mistakes in what is solved: each function gives one Diagnostic."""

from __future__ import annotations

from sdlang.diagnostics import Diagnostic, Note
from sdlang.source import Span


def cannot_be_solved(name: str, kind: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "cannot-be-solved",
        f"`{name}` is a {kind}; what can be solved for is an auxiliary or a flow",
        span,
        hint="name one of the auxiliaries in the loop",
    )


def solved_twice(name: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-name",
        f"`{name}` is solved for twice",
        span,
        notes=(Note("it is named here first", first),),
        hint="remove one of the two",
    )


def solved_without_need(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "solve-without-loop",
        f"`{name}` does not depend on itself, so there is nothing to solve",
        span,
        hint=f"remove `{name}` from `solve`; it is computed like any other variable",
    )


def guess_unit(name: str, wanted: str, got: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unit-mismatch",
        f"`{name}` is in {wanted}; it is looked for from a value in {got}",
        span,
        hint=f"give it in {wanted}",
    )


def no_stocks(span: Span) -> Diagnostic:
    return Diagnostic(
        "equilibrium-without-stocks",
        "this model has no stock that could be at rest",
        span,
        hint="remove `initial equilibrium`; without stocks nothing has a start",
    )


def exception_no_stock(name: str, kind: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "exception-no-stock",
        f"`{name}` is a {kind}; only stocks can be at rest, or be left out of it",
        span,
        hint="name a stock",
    )


def rest_with_memory(name: str, function: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "equilibrium-with-memory",
        f"`{name}` is a `{function}`, which remembers its past: an equilibrium of it is not known",
        span,
        hint="use stocks and flows (`delay`, `smooth`), or give initial values by hand",
    )
