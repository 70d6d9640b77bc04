"""The text of a report: Markdown with values in double braces, `{{ staff at 2030 under freeze }}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from sdlang.diagnostics import Diagnostic
from sdlang.model import errors
from sdlang.model.builder import Builder
from sdlang.model.clock import is_within_run
from sdlang.model.declarations import exact
from sdlang.model.indexing import partly
from sdlang.model.meaning import meaning
from sdlang.model.model import Clock, Prose, ValueInText
from sdlang.model.names import Scope, Variables
from sdlang.source import Source, Span
from sdlang.syntax import tree
from sdlang.syntax.parser import parse_expression

# What can be wrong with a date: told as such, and not as a value that cannot be shown.
DATE_CODES = ("no-such-date", "date-form", "date-with-unit", "date-without-calendar")
BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
VALUE = re.compile(
    r"\s*(?P<name>[\w.]+(?:\s*\[[^\[\]]*\])?)\s+at\s+(?P<time>.+?)(?:\s+under\s+(?P<scenario>\w+))?\s*\Z", re.DOTALL
)


def prose(declaration: tree.Prose, clock: Clock, scenarios: set[str], scope: Scope, builder: Builder) -> Prose:
    """The text cut into plain pieces and values, each value checked."""
    pieces: list[str | ValueInText] = []
    position = 0
    for match in BRACES.finditer(declaration.text):
        pieces.append(declaration.text[position : match.start()])
        position = match.end()
        value = _value(match[1], declaration.span, clock, scenarios, scope, builder)
        if value is not None:
            pieces.append(value)
    pieces.append(declaration.text[position:])
    return Prose(tuple(piece for piece in pieces if piece))


def _value(
    text: str, span: Span, clock: Clock, scenarios: set[str], scope: Scope, builder: Builder
) -> ValueInText | None:
    found = builder.found
    match = VALUE.match(text)
    if match is None:
        found.append(errors.value_in_text(text.strip(), span))
        return None
    scenario = match["scenario"] or ""
    name = _element(match["name"], span, scope, builder)
    if name is None:
        return None
    if scenario and scenario not in scenarios:
        found.append(errors.unknown_scenario(scenario, sorted(scenarios), span))
        return None
    inside = Source(span.source.name, match["time"])
    unread: list[Diagnostic] = []
    expression = parse_expression(inside, unread)
    time = None
    if expression is not None and not unread:
        time = exact(meaning(expression, scope, builder), builder)
    about_dates = [each for each in (*unread, *found) if each.code in DATE_CODES and _is_in(each, inside)]
    if about_dates:
        found[:] = [each for each in found if not _is_in(each, inside)]
        found.append(replace(about_dates[0], span=span))
        return None
    if time is None:
        found.append(errors.value_in_text(text.strip(), span))
        return None
    if not is_within_run(time, f"`{{{{ {text.strip()} }}}}`", clock, span, found):
        return None
    return ValueInText(name, float(time), scenario)


def _is_in(diagnostic: Diagnostic, source: Source) -> bool:
    return diagnostic.span is not None and diagnostic.span.source is source


def _element(text: str, span: Span, scope: Scope, builder: Builder) -> str | None:
    """The variable, or the one element of a variable that is split, whose value is to be shown."""
    written = parse_expression(Source(span.source.name, text), [])
    name = written.name if isinstance(written, tree.Subscript) else written
    if not isinstance(name, tree.Name):
        builder.found.append(errors.value_in_text(text, span))
        return None
    known = scope.names.get(name.text)
    if not isinstance(known, Variables) or known.flat not in builder.variables:
        builder.found.append(errors.unknown_name(name.text, span, builder.variables))
        return None
    subscripts = written.indices if isinstance(written, tree.Subscript) else ()
    placed = tuple(replace(subscript, span=span) for subscript in subscripts)
    elements = list(shown_elements(replace(name, span=span), known, placed, scope, builder))
    axes = builder.variables[known.flat].axes
    if len(elements) == 1 and (subscripts or not axes):
        return elements[0]
    if elements:
        first = ", ".join(builder.dimensions[axis.dimension].elements[0] for axis in axes)
        builder.found.append(errors.split_in_text(name.text, f"{name.text}[{first}]", span))
    return None


def shown_elements(
    name: tree.Name, known: Variables, subscripts: tuple[tree.Expr, ...], scope: Scope, builder: Builder
) -> Iterator[str]:
    """The name of a whole variable, or those of the elements that are picked."""
    if not subscripts:
        yield known.flat
        return
    picked = partly(name.text, known, subscripts, name.span, scope, builder.reader())
    if picked is None:
        return
    choices = []
    for axis, index in zip(picked.axes, picked.fixed, strict=True):
        elements = builder.dimensions[axis.dimension].elements
        choices.append(elements if index is None else (elements[index.shift],))
    for chosen in product(*choices):
        yield f"{known.flat}[{', '.join(chosen)}]"
