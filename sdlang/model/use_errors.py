"""The words for mistakes with `use`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sdlang.diagnostics import Diagnostic, Note, did_you_mean
from sdlang.model.dimension_errors import listed
from sdlang.source import Span


def unknown_module(name: str, known: Iterable[str], span: Span) -> Diagnostic:
    names = list(known)
    if name.endswith(".sd"):
        hint = f'a file of your own stands in quotation marks: `use "{name}"`'
    else:
        hint = f"""it has {listed(names, 12) if names else "none"}; a file of your own is `use "{name}.sd"`"""
    message = f"the library has no module `{name}`{did_you_mean(name, names)}"
    return Diagnostic("unknown-module", message, span, hint=hint)


def use_cycle(path: Sequence[str], span: Span) -> Diagnostic:
    shown = " -> ".join(f"`{name}`" for name in path)
    return Diagnostic(
        "use-cycle",
        f"`{path[0]}` uses itself: {shown}",
        span,
        hint="put what both need into a third file",
    )


def used_here(told: Diagnostic, file: str, span: Span) -> Diagnostic:
    """What is wrong in a used file, with the line that uses it as a note."""
    return replace(told, notes=(*told.notes, Note(f"`{file}` is used here", span)))


def too_many_files(limit: int, span: Span) -> Diagnostic:
    return Diagnostic("model-too-large", f"the model uses more than {limit} files", span, hint="join some of them")


def only_components(file: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "only-components",
        f"`{file}` is used for its components; `{span.text.split()[0]}` stands for nothing there",
        span,
        hint="keep the model in the model's file, and components in this one",
    )


def unreadable(path: str, code: str, reason: str, hint: str, span: Span) -> Diagnostic:
    return Diagnostic(code, f"`{path}` {reason}", span, hint=hint)
