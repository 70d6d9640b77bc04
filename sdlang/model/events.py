"""From `when`, `at` and `every` to the Events that they mean, and what can be known to be wrong with them before a run.

An event is read when all variables are: it reads them and nothing reads it. What it moves has ends like a flow's, and
an amount where a flow has a rate. Times are kept as expressions of parameters, because scenarios change these; what
they are in the model as it stands is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import isfinite

from sdlang.diagnostics import Diagnostic
from sdlang.model import errors, event_errors as words
from sdlang.model.builder import Builder
from sdlang.model.clock import is_within_run
from sdlang.model.constants import Values, constant_value, constant_values
from sdlang.model.cycles import start_of
from sdlang.model.declarations import documentation, fits, in_unit, unit_written
from sdlang.model.expressions import Apply, Constant, Draw, Expr, Lookup, Memory, Reference, parts, references
from sdlang.model.flows import ends_of
from sdlang.model.indexing import loops_of
from sdlang.model.meaning import meaning
from sdlang.model.memories import MEMORIES
from sdlang.model.model import At, Event, Every, Flow, Model, Move, Parameter, Series, Stock, Trigger, Variable, When
from sdlang.model.names import Scope
from sdlang.model.vectors import Reading
from sdlang.syntax import tree
from sdlang.syntax.printer import print_expression
from sdlang.units.catalogue import unit_of
from sdlang.units.dates import spoken_time
from sdlang.units.durations import spoken

Written = tree.When | tree.At | tree.Every
ROUNDING = 1e-9


def written_in(file: tree.File) -> Iterator[Written]:
    """The events of a file."""
    return (declaration for declaration in file.declarations if isinstance(declaration, Written))


def events_of(file: tree.File, scope: Scope, builder: Builder) -> tuple[Event, ...]:
    """The events that a file declares, in its order."""
    return tuple(_event(declaration, scope, builder) for declaration in written_in(file))


def head(written: Written) -> str:
    """What an event is called by: its first line."""
    match written:
        case tree.When(condition=condition):
            return f"when {print_expression(condition)}"
        case tree.At(time=time):
            return f"at {print_expression(time)}"
        case tree.Every(period=period, first=first, last=last):
            line = f"every {print_expression(period)}"
            line += "" if first is None else f" from {print_expression(first)}"
            return line + ("" if last is None else f" to {print_expression(last)}")


def owner_of_event(number: int) -> str:
    """What the hidden variables in the condition of an event are named after; events are counted from 1."""
    return f"event_{number}"


def _event(written: Written, scope: Scope, builder: Builder) -> Event:
    text = head(written)
    builder.events += 1
    scope = replace(scope, owner=owner_of_event(builder.events))
    if not written.items:
        builder.found.append(words.nothing_moves(text, written.span))
    trigger = _trigger(written, text, scope, builder)
    moves = [_move(move, scope, builder) for move in written.items]
    return Event(trigger, tuple(move for move in moves if move), text, documentation(written), written.span)


def _trigger(written: Written, text: str, scope: Scope, builder: Builder) -> Trigger:
    def known(expression: tree.Expr, what: str) -> Expr:
        return _known(expression, f"{what} of `{text}`", scope, builder)

    match written:
        case tree.When(condition=condition):
            return When(meaning(condition, scope, builder))
        case tree.At(time=time):
            return At(known(time, "the time"))
        case tree.Every(period=period, first=first, last=last):
            return Every(
                known(period, "the period"),
                None if first is None else known(first, "the first time"),
                None if last is None else known(last, "the last time"),
            )


def _known(expression: tree.Expr, what: str, scope: Scope, builder: Builder) -> Expr:
    """A time that is made of numbers and parameters; any other is reported."""
    before = len(builder.found)
    value = meaning(expression, scope, builder)
    reads = references(value)
    changes = any(not isinstance(builder.variables.get(name), Parameter) for name in reads)
    if len(builder.found) == before and changes:
        builder.found.append(errors.not_constant(what, expression.span))
    return value


def _move(written: tree.Move, scope: Scope, builder: Builder) -> Move | None:
    """What a `move` means; `None` where a mistake was reported."""
    name, span, before = written.name.text, written.name.span, len(builder.found)
    annotation = None if written.unit is None else unit_of(written.unit, scope.units, builder.found)
    loops = loops_of(written.indices, name, scope, builder.found, 0)
    axes = tuple(loop.axis for loop in loops)
    if len(loops) < len(written.indices) or not fits(name, axes, span, builder):
        return None
    inner = replace(scope, owner=name).with_loops(loops)
    if isinstance(written.source, tree.Split) or isinstance(written.target, tree.Split):
        shared = written.source if isinstance(written.source, tree.Split) else written.target
        assert isinstance(shared, tree.Split)
        builder.found.append(words.move_shared(name, shared.span))
        return None
    ends = ends_of(written, inner, builder)
    amount = in_unit(meaning(written.amount, inner, builder), annotation, builder)
    if ends is None or len(builder.found) > before:
        return None
    source, target = ends
    if source == target:
        builder.found.append(words.move_without_effect(name, None if source is None else source[0], span))
        return None
    builder.written[name] = annotation or unit_written(written.amount, scope)
    return Move(
        name=name,
        span=span,
        label=written.label,
        documentation=documentation(written),
        axes=axes,
        source=None if source is None else source[0],
        target=None if target is None else target[0],
        source_indices=() if source is None else source[1],
        target_indices=() if target is None else target[1],
        amount=amount,
    )


# What is wrong before a run ------------------------------------------------------------------------------------------


def check_events(model: Model, found: list[Diagnostic]) -> None:
    """Report what the times of events and their conditions give away. Units are settled, and there are no loops."""
    values = constant_values(model.variables) if model.events else {}
    for event in model.events:
        match event.trigger:
            case At(time=time):
                _within_run(time, f"`{event.text}`", model, values, found)
            case Every():
                _check_period(event.text, event.trigger, model, values, found)
            case When(condition=condition):
                _check_condition(event.text, condition, model, found)
        _check_scenarios(event, model, found)
        for move in event.moves:
            _check_memories(move, model, found)


def _within_run(time: Expr, what: str, model: Model, values: Mapping[str, Values], found: list[Diagnostic]) -> None:
    """A time that lies within the run, where it is known."""
    value = _number(time, values)
    if value is not None:
        is_within_run(value, what, model.clock, time.span, found)


def _check_period(text: str, every: Every, model: Model, values: Mapping[str, Values], found: list[Diagnostic]) -> None:
    clock = model.clock
    period, unit, step = _number(every.period, values), clock.unit.text, float(clock.step)
    if period is not None and period < step * (1 - ROUNDING):
        told = spoken(float(period), unit) if period > 0 else f"{float(period):g} {unit}"
        found.append(words.too_often(text, told, spoken(step, unit), every.period.span))
        return
    first, last = every.first, every.last
    begin, end = (None if each is None else _number(each, values) for each in (first, last))
    if last is not None and begin is not None and end is not None and begin > end:
        found.append(words.ends_reversed(text, spoken_time(begin, clock), spoken_time(end, clock), last.span))
    elif first is not None and begin is not None and begin > clock.stop:
        _within_run(first, f"`{text}`", model, values, found)
    elif last is not None and end is not None and end < clock.start:
        _within_run(last, f"`{text}`", model, values, found)


def _number(expression: Expr, values: Mapping[str, Values]) -> Fraction | None:
    if isinstance(expression, Constant):
        return expression.value
    known = constant_value(expression, values)
    return None if known is None or not isfinite(known) else Fraction(known)


def _check_condition(text: str, condition: Expr, model: Model, found: list[Diagnostic]) -> None:
    """A condition that can change during a run, and does not wait for two numbers to meet exactly."""
    changed = {override.name for each in model.scenarios for override in each.overrides if override.since is not None}
    if not _changes(condition, model.variables, changed):
        found.append(words.constant_condition(text, condition.span))
        return
    flowing = {end for flow in model.flows() for end in (flow.source, flow.target)}
    for part in parts(condition):
        if isinstance(part, Apply) and part.function == "==":
            moving = [
                side for side in part.arguments if isinstance(side, Reference) and side.name in {*flowing, "time"}
            ]
            if moving:
                found.append(words.exact_meeting(text, moving[0].span.text, part.span))


def _changes(expression: Expr, variables: Mapping[str, Variable], changed: set[str]) -> bool:
    """Whether the value of an expression can differ from one time to another. A stock can, even one without flows."""
    waiting, seen = [expression], set[str]()
    while waiting:
        for part in parts(waiting.pop()):
            match part:
                case Memory() | Draw():
                    return True
                case Reference(name=name) | Lookup(table=name):
                    variable = variables.get(name)
                    if name == "time" or name in changed or isinstance(variable, Stock | Series):
                        return True
                    inner = None if variable is None or name in seen else start_of(variable)
                    seen.add(name)
                    if inner is not None:
                        waiting.append(inner)
                case _:
                    pass
    return False


def _check_scenarios(event: Event, model: Model, found: list[Diagnostic]) -> None:
    """The times of an event are known before a run: no scenario changes a parameter that they read during it."""
    read: set[str] = set()
    for time in event.times:
        waiting = references(time)
        while waiting:
            name = waiting.pop()
            variable = model.variables.get(name)
            inner = None if variable is None or name in read else start_of(variable)
            read.add(name)
            waiting += [] if inner is None else references(inner)
    for scenario in model.scenarios:
        for override in scenario.overrides:
            if override.since is not None and override.name in read:
                found.append(words.time_changes(event.text, override.name, scenario.name, override.span))


def _check_memories(move: Move, model: Model, found: list[Diagnostic]) -> None:
    """A stock whose outflow remembers what flowed in: what a move brings or takes there, it would not know."""
    for stock in (move.source, move.target):
        memory = None if stock is None else _memory_of(stock, model)
        if stock is not None and memory is not None:
            found.append(words.move_at_memory(move.name, stock, memory, move.span))


def _memory_of(stock: str, model: Model) -> str | None:
    """The function that counts what enters a stock, and gives out what leaves it."""
    for flow in model.flows():
        if flow.source == stock:
            for name in _read_through_hidden(flow, model):
                read = start_of(model.variables[name])
                if isinstance(read, Memory) and any(
                    each.reading is Reading.IN_ALL for each in MEMORIES[read.function].parameters
                ):
                    return read.function
    return None


def _read_through_hidden(flow: Flow, model: Model) -> list[str]:
    """What the rate of a flow reads of hidden variables, which are parts of its equation."""
    found: dict[str, None] = {}
    waiting = references(flow.rate)
    while waiting:
        name = waiting.pop()
        variable = model.variables.get(name)
        if variable is not None and variable.is_hidden and name not in found:
            found[name] = None
            inner = start_of(variable)
            waiting += [] if inner is None else references(inner)
    return list(found)
