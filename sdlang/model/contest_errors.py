"""The words for mistakes with `share`: stocks for which flows contend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sdlang.diagnostics import Diagnostic, Note, did_you_mean
from sdlang.model.dimension_errors import listed
from sdlang.source import Span


def no_stock(name: str, stocks: Iterable[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-stock",
        f"there is no stock `{name}` to be shared{did_you_mean(name, stocks)}",
        span,
        hint="name the stock that the flows leave",
    )


def contest_twice(stock: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-declaration",
        f"it is said twice how `{stock}` is shared",
        span,
        notes=(Note("it is said here first", first),),
        hint="leave one of the two out",
    )


def no_contest(stock: str, flows: Sequence[str], span: Span) -> Diagnostic:
    leaves = f"only {listed(flows)} leaves it" if flows else "no flow leaves it"
    return Diagnostic("no-contest", f"nobody contends for `{stock}`: {leaves}", span, hint="leave this line out")


def no_flow_of(name: str, stock: str, flows: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "no-contest",
        f"`{name}` is no flow that leaves `{stock}`{did_you_mean(name, flows)}",
        span,
        hint=f"the flows that leave it are {listed(flows)}",
    )


def flow_twice(name: str, stock: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-name",
        f"`{name}` stands twice in the order in which `{stock}` is given out",
        span,
        hint="leave one of the two out",
    )


def not_in_order(stock: str, flows: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "no-contest",
        f"the order in which `{stock}` is given out says nothing of {listed(flows)}",
        span,
        hint="name every flow that leaves it, the most urgent first",
    )
