"""The text of a report: Markdown with values in double braces, `{{ staff at 2030 under freeze }}`."""

from __future__ import annotations

import re

from sdlang.diagnostics import Diagnostic
from sdlang.model import errors
from sdlang.model.declarations import exact
from sdlang.model.meaning import Builder, meaning
from sdlang.model.model import Clock, Prose, ValueInText
from sdlang.model.names import Scope
from sdlang.source import Source, Span
from sdlang.syntax import tree
from sdlang.syntax.parser import parse_expression

BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
VALUE = re.compile(r"\s*(?P<name>[\w.]+)\s+at\s+(?P<time>.+?)(?:\s+under\s+(?P<scenario>\w+))?\s*\Z", re.DOTALL)


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
    name, scenario = match["name"], match["scenario"] or ""
    if name not in builder.variables:
        found.append(errors.unknown_name(name, span, builder.variables))
        return None
    if scenario and scenario not in scenarios:
        found.append(errors.unknown_scenario(scenario, sorted(scenarios), span))
        return None
    unread: list[Diagnostic] = []
    expression = parse_expression(Source(span.source.name, match["time"]), unread)
    time = None
    if expression is not None and not unread:
        time = exact(meaning(expression, scope, builder), builder)
    if time is None:
        found.append(errors.value_in_text(text.strip(), span))
        return None
    if not clock.start <= time <= clock.stop:
        limits = (f"{float(clock.start):g}", f"{float(clock.stop):g}")
        found.append(errors.time_outside_run(f"`{{{{ {text.strip()} }}}}`", match["time"], *limits, span))
        return None
    return ValueInText(name, float(time), scenario)
