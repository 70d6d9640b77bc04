"""What is said to a user about a model: one value, many renderers.

The value is here; the words live beside the stage that finds the fault (`syntax/errors.py`, `model/errors.py`, ...)
as functions that return a `Diagnostic`; `render.py` turns it into text, JSON or SARIF. Codes are kebab-case words
that never change, each with a page `docs/errors/CODE.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from sdlang.source import Span


class Severity(StrEnum):
    """How much a diagnostic matters: an error stops the compiler after its stage, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Note:
    """A further place or fact that explains the message."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the text that would remove the fault."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: what is wrong (with names and numbers), where, and one step to take."""

    code: str
    message: str
    span: Span | None = None
    severity: Severity = Severity.ERROR
    notes: tuple[Note, ...] = ()
    hint: str = ""
    fix: Edit | None = None


class ModelError(Exception):
    """The model has mistakes; `diagnostics` holds all of those that could be found at once."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = in_order(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        from sdlang.render import plain  # the renderer imports this module

        return plain(self.diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics by place, those without a place first, each said once."""

    def place(diagnostic: Diagnostic) -> tuple[str, int, str]:
        span = diagnostic.span
        return ("", -1, diagnostic.code) if span is None else (span.source.name, span.start, diagnostic.code)

    return tuple(sorted(dict.fromkeys(diagnostics), key=place))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `name` was probably meant to be, if one is close."""
    known: Sequence[str] = list(candidates)
    exact = [candidate for candidate in known if candidate.casefold() == name.casefold()]
    close = exact or get_close_matches(name, known, n=1, cutoff=0.65)
    return close[0] if close else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """``; did you mean `vacancies`?`` or nothing."""
    match = nearest(name, candidates)
    return f"; did you mean `{match}`?" if match else ""
