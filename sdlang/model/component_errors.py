"""The words for mistakes in components: their declarations, their arguments, their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sdlang.diagnostics import Diagnostic, Note, did_you_mean
from sdlang.model.dimension_errors import listed
from sdlang.source import Span


def unknown_argument(component: str, name: str, ports: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-argument",
        f"`{component}` has no argument `{name}`{did_you_mean(name, ports)}",
        span,
        hint=f"its {'arguments are' if len(ports) > 1 else 'argument is'} {listed(ports, 12)}" if ports else "",
    )


def argument_twice(component: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "argument-twice", f"`{component}` gets its argument `{name}` twice", span, hint="leave one of the two out"
    )


def missing_argument(component: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-argument", f"`{component}` needs its argument `{name}`", span, hint=f"add `{name} = ...`"
    )


def argument_needs_unit(component: str, port: str, unit: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "argument-unit",
        f"`{component}` takes a quantity as `{port}`; `{span.text}` is a plain number",
        span,
        hint=f"add a unit, for example `{span.text} months`" if unit == "year" else f"give `{port}` in {unit}",
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


def not_static(what: str, span: Span, note: Note | None = None) -> Diagnostic:
    return Diagnostic(
        "not-a-whole-number",
        f"{what} must be a whole number from 1 on, written in the text",
        span,
        notes=() if note is None else (note,),
        hint="write a number such as `3`",
    )


def too_many_stages(count: int, limit: int, span: Span) -> Diagnostic:
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


def too_large_model(limit: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "model-too-large",
        f"with all its components unfolded the model has more than {limit:,} variables",
        span,
        hint="use fewer components inside components",
    )


def expansion_too_large(size: int, limit: int) -> Diagnostic:
    return Diagnostic(
        "model-too-large",
        f"the flat model would have more than {limit:,} characters ({size:,})",
        None,
        hint="expand a part of it, or set `SDLANG_LIMIT_FILE` for this run",
    )


def no_stock_given(port: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "flow-end-not-a-stock",
        f"`{port}` is the cloud or several stocks here and has no value",
        span,
        hint=f"give one stock to `{port}`",
    )


def unknown_component(name: str, known: Iterable[str], module: str, span: Span) -> Diagnostic:
    suggestion = "" if module else did_you_mean(name, known)
    if module:
        hint = f"add `use {module}` to the model"
    else:
        hint = "" if suggestion else "`use labor` brings the components of the library"
    return Diagnostic("unknown-component", f"there is no component `{name}` here{suggestion}", span, hint=hint)


def wrong_arrow(component: str, port: str, written: str, wanted: str, span: Span) -> Diagnostic:
    means = {
        "<-": f"a stock from which `{component}` takes",
        "->": f"a stock to which `{component}` gives",
        "=": "a value",
    }[wanted]
    return Diagnostic(
        "wrong-arrow", f"`{port}` is {means}; here stands `{written}`", span, hint=f"write `{port} {wanted} ...`"
    )


def missing_port(component: str, port: str, direction: str, because: str, span: Span) -> Diagnostic:
    arrow = "<-" if direction == "from" else "->"
    if because:
        return Diagnostic(
            "missing-overflow",
            f"with `{because}`, `{component}` gives to `{port}`, and this use does not say what that is",
            span,
            hint=f"add `{port} {arrow} ...`, a stock or `cloud`",
        )
    verb = "takes from" if direction == "from" else "gives to"
    return Diagnostic(
        "missing-port",
        f"`{component}` {verb} `{port}`, and this use does not say what that is",
        span,
        hint=f"add `{port} {arrow} ...`, a stock or `cloud`",
    )


def dimension_expected(component: str, port: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-dimension",
        f"`{component}` takes a dimension as `{port}`; `{span.text}` is none",
        span,
        hint="give the name of a `dim`",
    )


def nested_too_deep(limit: int, span: Span) -> Diagnostic:
    message = f"components use one another more than {limit} deep"
    return Diagnostic("too-deep", message, span, hint="build it of fewer layers")


def too_deep_to_follow(span: Span) -> Diagnostic:
    return Diagnostic(
        "too-deep",
        "the components that this uses are nested deeper than can be followed",
        span,
        hint="build it of fewer layers, or give inner parts names of their own: `aux part = ...`",
    )


def no_chain(component: str, part: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "wrong-part",
        f"`{component}` has no parts; a `{part}` cannot stand in it",
        span,
        hint="write it as a block of its own",
    )


def no_part(component: str, part: str, kinds: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "wrong-part",
        f"`{part}` is no part of a `{component}`{did_you_mean(part, kinds)}",
        span,
        hint="its parts are " + ", ".join(f"`{kind}`" for kind in kinds),
    )


def part_with_index(part: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "wrong-part",
        f"`{part}` is split by what its whole is split by, and by nothing else",
        span,
        hint="put the index behind the name of the whole",
    )


def empty_chain(component: str, kinds: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "wrong-part",
        f"this `{component}` has no parts",
        span,
        hint=f"add one: `{kinds[0]} first {{ ... }}`",
    )


def no_value(component: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "nothing-to-return",
        f"`{component}` gives no value that an expression could use",
        span,
        hint=f"give it a name: `my_{component} = {component}(...)`, and read its variables",
    )


def used_here(told: Diagnostic, instance: str, use: Span) -> Diagnostic:
    """What is wrong inside a component of the model's own file, with the place of the use as a note."""
    return replace(told, notes=(*told.notes, Note(f"the component is used here, as `{instance}`", use)))


def at_its_use(told: Diagnostic, component: str, use: Span) -> Diagnostic:
    """What is wrong inside a component, at the place of its use; the place inside is a note."""
    notes = told.notes if told.span is None else (Note(f"inside `{component}`, here", told.span), *told.notes)
    return replace(told, message=f"`{component}`: {told.message}", span=use, notes=notes)
