"""The words for mistakes in what is known of parameters: each function gives one Diagnostic."""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.diagnostics import Diagnostic, Note, did_you_mean
from sdlang.source import Span


def no_parameter(name: str, kind: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "uncertain-no-parameter",
        f"`{name}` is computed ({kind}); what can be uncertain is a parameter",
        span,
        hint="name one of the parameters from which it is computed",
    )


def element_alone(text: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "uncertain-element",
        f"`{text}` is one element; what is known is said of the whole parameter, and each element is drawn by itself",
        span,
        hint=f"write `uncertain {name} ~ ...`",
    )


def said_twice(name: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-name",
        f"a second `uncertain {name}`",
        span,
        notes=(Note("it is said here first", first),),
        hint="keep one of the two",
    )


def no_distribution(text: str, known: Sequence[str], span: Span) -> Diagnostic:
    listed = ", ".join(f"`{name}`" for name in known if not name.endswith("_noise"))
    return Diagnostic(
        "unknown-distribution",
        f"`{text}` is no distribution",
        span,
        hint=f"write `~ normal(8%, 2%) / year`; there are {listed}",
    )


def unknown_distribution(name: str, known: Sequence[str], span: Span) -> Diagnostic:
    listed = ", ".join(f"`{each}`" for each in known if not each.endswith("_noise"))
    return Diagnostic(
        "unknown-distribution",
        f"there is no distribution `{name}`{did_you_mean(name, known)}",
        span,
        hint=f"there are {listed}",
    )


def noise_of_parameter(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-distribution",
        f"`{name}` says what happens from step to step; a parameter is drawn once for a run",
        span,
        hint="write a distribution, such as `~ normal(8%, 2%) / year`",
    )


def argument_with_unit(distribution: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "argument-unit",
        f"`{name}` of `{distribution}` is a plain number; `{span.text}` has a unit",
        span,
        hint="remove the unit",
    )


def factor_behind_share(distribution: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "argument-unit",
        f"`{distribution}` gives a share between 0 and 1, which has no unit",
        span,
        hint="remove the unit behind it, and multiply the parameter where it is used",
    )


def impossible(distribution: str, cause: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "impossible-distribution",
        f"`{distribution}` cannot be drawn: {cause}",
        span,
        hint=f"`sdrun explain impossible-distribution` says what `{distribution}` takes",
    )


def spread_unit(name: str, wanted: str, got: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unit-mismatch",
        f"`{name}` is in {wanted}; its distribution is in {got}",
        span,
        hint=f"give it in {wanted}",
    )


def distribution_outside_range(name: str, text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "distribution-outside-range",
        f"`{text}` practically never gives a value within the range of `{name}`",
        span,
        hint="change the range or the distribution; values outside the range are drawn anew",
    )


def unknown_confidence(word: str, known: Sequence[str], span: Span) -> Diagnostic:
    listed = ", ".join(f"`{each}`" for each in known)
    return Diagnostic(
        "unknown-word",
        f"there is no confidence `{word}`{did_you_mean(word, known)}",
        span,
        hint=f"it is one of {listed}",
    )


def no_date(name: str, text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "no-date-of-source",
        f"`{text}` does not say when the value of `{name}` was found",
        span,
        hint="write a year or a date: `dated 2024`, `dated 2024-05`",
    )
