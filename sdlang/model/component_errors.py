"""The words for mistakes in components: their declarations, their arguments, their rows."""

from __future__ import annotations

from collections.abc import Sequence

from sdlang.diagnostics import Diagnostic, Note, did_you_mean
from sdlang.source import Span


def unknown_argument(component: str, name: str, ports: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-argument",
        f"`{component}` has no argument `{name}`{did_you_mean(name, ports)}",
        span,
        hint="its arguments are " + ", ".join(f"`{port}`" for port in ports),
    )


def argument_twice(component: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "argument-twice", f"`{component}` gets its argument `{name}` twice", span, hint="leave one of the two out"
    )


def missing_argument(component: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-argument", f"`{component}` needs its argument `{name}`", span, hint=f"add `{name} = ...`"
    )


def argument_needs_unit(component: str, port: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "argument-unit",
        f"`{component}` takes a quantity as `{port}`; `{span.text}` is a plain number",
        span,
        hint=f"add a unit, for example `{span.text} months`",
    )


def nothing_to_return(component: str, name: str, is_row: bool, span: Span) -> Diagnostic:
    what = "is a row, not one value" if is_row else "is not declared in it"
    return Diagnostic(
        "nothing-to-return",
        f"`{component}` returns `{name}`, which {what}",
        span,
        hint=f"return one of its elements: `aux last = {name}[...]`"
        if is_row
        else f"add for example `aux {name} = ...` to the component",
    )


def outside_component(what: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "only-in-component",
        f"{what} belongs inside a `component`",
        span,
        hint="put it into a component, or write the equations one by one",
    )


def subscript_outside(name: str, index: str, low: str, high: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "subscript-outside",
        f"`{name}[{index}]` does not exist; `{name}` runs from {low} to {high}",
        span,
        hint="guard it: `if stage == 1 then ... else ...`",
    )


def not_static(what: str, span: Span, note: Note | None = None) -> Diagnostic:
    return Diagnostic(
        "not-a-whole-number",
        f"{what} must be a whole number from 1 on, written in the text",
        span,
        notes=() if note is None else (note,),
        hint="write a number such as `3`",
    )


def too_many_elements(count: int, limit: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "too-many-elements",
        f"this makes {count} elements; the limit is {limit}",
        span,
        hint="use a smaller order",
    )


def component_cycle(path: Sequence[str], span: Span) -> Diagnostic:
    shown = " -> ".join(f"`{name}`" for name in path)
    return Diagnostic(
        "component-cycle",
        f"component `{path[0]}` uses itself: {shown}",
        span,
        hint="a component can be built of others only",
    )


def too_large_model(count: int, limit: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "model-too-large", f"the model has more than {limit} variables ({count})", span, hint="split it or simplify it"
    )
