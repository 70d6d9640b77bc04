"""The units of events: a condition holds or does not, a time is a time, and what moves has the unit of its stocks.

The equations themselves are in the hands of the checker that settles the units of the whole model.
"""

from __future__ import annotations

from typing import Protocol

from sdlang.diagnostics import Diagnostic
from sdlang.model import event_errors as words
from sdlang.model.expressions import Expr
from sdlang.model.model import At, Every, Model, Move, When
from sdlang.units.infer import Unifier, unknown
from sdlang.units.unit import DIMENSIONLESS, TIME, Dimension


class Checker(Protocol):
    """What checks expressions and knows the units found so far."""

    unifier: Unifier
    found: list[Diagnostic]

    def settled(self, expression: Expr) -> Dimension | None: ...

    def settled_truth(self, expression: Expr, what: str) -> None: ...

    def said(self, dimension: Dimension) -> str: ...

    def hint(self, expression: Expr, unit: Dimension, wanted: Dimension) -> str: ...

    def report(self, diagnostic: Diagnostic) -> None: ...


def check_events(model: Model, checker: Checker) -> None:
    """Check the events of a model; mistakes are reported by the checker."""
    for event in model.events:
        match event.trigger:
            case When(condition=condition):
                checker.settled_truth(condition, "what follows `when`")
            case At(time=time):
                _check_time(event.text, "the time", time, checker)
            case Every(period=period, first=first, last=last):
                _check_duration(event.text, period, checker)
                for end, part in ((first, "the first time"), (last, "the last time")):
                    if end is not None:
                        _check_time(event.text, part, end, checker)
        for move in event.moves:
            _check_move(move, checker)


def _check_time(event: str, part: str, time: Expr, checker: Checker) -> None:
    """A time, or a bare number, which is one of the model's own."""
    before = len(checker.found)
    unit = checker.settled(time)
    if len(checker.found) == before and unit is not None and not checker.unifier.unify(TIME, unit):
        checker.report(words.not_a_moment(event, part, checker.said(unit), time.span))


def _check_duration(event: str, period: Expr, checker: Checker) -> None:
    before = len(checker.found)
    unit = checker.settled(period)
    if len(checker.found) == before and (unit is None or not checker.unifier.unify(TIME, unit)):
        found = "1" if unit is None else checker.said(unit)
        checker.report(words.not_a_period(event, found, checker.said(TIME), period.span))


def _check_move(move: Move, checker: Checker) -> None:
    """The amount and both ends have one unit."""
    own = unknown(move.name)
    for stock in (move.source, move.target):
        if stock is None or checker.unifier.unify(own, unknown(stock)):
            continue
        if stock == move.target and move.source is not None and checker.unifier.unify(own, unknown(move.source)):
            units = checker.said(unknown(move.source)), checker.said(unknown(stock))
            checker.report(words.move_between_unlike(move.name, move.source, units[0], stock, units[1], move.span))
        else:
            _report(move, stock, own, checker)
        return
    before = len(checker.found)
    unit = checker.settled(move.amount)
    if len(checker.found) == before and unit is not None and not checker.unifier.unify(own, unit):
        _report(move, str(move.target or move.source), unit, checker)


def _report(move: Move, stock: str, unit: Dimension, checker: Checker) -> None:
    wanted = unknown(stock)
    is_rate = checker.unifier.settle(unit * TIME / wanted) == DIMENSIONLESS
    hint = "" if is_rate else checker.hint(move.amount, unit, wanted)
    told = words.move_unit(move.name, stock, checker.said(wanted), checker.said(unit), is_rate, move.amount.span, hint)
    checker.report(told)
