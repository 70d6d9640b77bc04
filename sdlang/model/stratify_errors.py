"""The words for what is wrong with a stratification."""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.diagnostics import Diagnostic, Note
from sdlang.source import Span


def no_shares(stock: str, example: str, span: Span, declared: Span) -> Diagnostic:
    return Diagnostic(
        "shares-missing",
        f"`{stock}` is split and nobody says how it is shared out at the start",
        span,
        notes=(Note(f"`{stock}` is declared here", declared),),
        hint=f"write `{example}` in this block, or `keep {stock}`",
    )


def no_shares_in_scenario(scenario: str, stock: str, example: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "shares-missing",
        f"scenario `{scenario}` lets `{stock}` start elsewhere, which is split, and nobody says how it is shared out",
        span,
        hint=f"write `{example}` in `stratify`, or give each element its value here",
    )


def shares(name: str, values: Sequence[float], dimensions: Sequence[str], span: Span) -> Diagnostic:
    strata = ", ".join(dimensions)
    total = sum(values)
    if min(values) < 0:
        what = f"a share of `{name}` is below 0: {min(values):.6g}"
    else:
        what = f"the shares of `{name}` add up to {total:.6g} over {strata}, not to 1"
    hint = "a whole is shared out: between 0 and 1 each, 100% together"
    if len(dimensions) > 1:
        hint += f"; over {strata} they may be a product of tables, `{{ ... }} * {{ ... }}`"
    return Diagnostic("strata-shares", what, span, hint=hint)


def unclear(name: str, unit: str, reader: str, example: str, span: Span, declared: Span) -> Diagnostic:
    return Diagnostic(
        "amount-unclear",
        f"`{name}` ({unit}) is an amount, and `{reader}`, which is split, reads it: each part of it, or all of it?",
        span,
        notes=(Note(f"`{name}` is declared here", declared),),
        hint=f"write `{example}` in this block to share it out, or `keep {name}` if each reads all of it",
    )


def number(name: str, text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "amount-in-equation",
        f"`{text}` is an amount in the equation of `{name}`, which is split: it would count once for each stratum",
        span,
        hint="make it a parameter, then share it out or keep it in the `stratify` block",
    )


def flow_kept(flow: str, stock: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "flow-kept",
        f"`{flow}` cannot stay one for all: `{stock}` at its end is split",
        span,
        hint=f"keep `{stock}`, too, or take `{flow}` out of `keep`",
    )


def sum_of_no_amount(name: str, read: str, unit: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "sum-unclear",
        f"`{name}` is kept and reads `{read}` ({unit}), which is split and no amount: its sum says nothing",
        span,
        hint=f"keep `{read}`, too, or let `{name}` be split",
    )


def event_reads(event: str, read: str, unit: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "sum-unclear",
        f"`{event}` happens to all strata at once and reads `{read}` ({unit}), which is split and no amount",
        span,
        hint=f"keep `{read}`, or ask for an amount, which is summed over the strata",
    )


def already_by(name: str, dimension: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "split-already",
        f"`{name}` is split by `{dimension}` already",
        span,
        hint=f"keep `{name}`, or stratify by another dimension",
    )


def split_twice(dimension: str, span: Span) -> Diagnostic:
    return Diagnostic("index-twice", f"the model is stratified twice by `{dimension}`", span, hint="name it once")


def component(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "stratify-component",
        f"`{name}` is a component; only a flat model can be stratified",
        span,
        hint="write the model without components first: `sdrun expand MODEL.sd -o FLAT.sd`",
    )


def said_twice(name: str, span: Span) -> Diagnostic:
    return Diagnostic("stratify-item", f"`{name}` stands twice in this block", span, hint="say once what becomes of it")


def element(name: str, example: str, span: Span) -> Diagnostic:
    return Diagnostic("stratify-item", f"`{name}` is given element by element", span, hint=f"write `{example}`")


def with_a_time(name: str, span: Span) -> Diagnostic:
    hint = "leave the time out; a scenario can change a parameter from a time on"
    return Diagnostic("stratify-item", f"`{name}` is shared out once, at no time", span, hint=hint)


def not_to_share(name: str, kind: str, span: Span) -> Diagnostic:
    hint = "share out stocks, parameters, auxiliaries and series; the rest follows from them"
    return Diagnostic("stratify-item", f"`{name}` is {kind} and cannot be shared out", span, hint=hint)


def no_amount(name: str, unit: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "stratify-item",
        f"`{name}` ({unit}) is no amount that could be shared out",
        span,
        hint="leave it out: it is the same for all strata, or split by what it reads",
    )


def split_already(name: str, read: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "stratify-item",
        f"`{name}` is split already, since it reads `{read}`",
        span,
        hint=f"leave it out, or keep `{read}`",
    )
