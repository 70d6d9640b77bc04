"""Stocks that several flows want: `share unemployed proportional within 1 month`, `share seats priority hires, starts`.

Together the flows that leave the stock take at most what there is, within the time that is given: so the rule does not
depend on the step of the run. What a flow was written to take becomes the auxiliary `FLOW.wanted`. In proportion, each
flow gets the same part of what it wants; by priority, the first gets all it wants, the next what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from sdlang.model import contest_errors as words
from sdlang.model.builder import Builder, followed
from sdlang.model.expressions import Apply, Constant, Expr, Position, Reference
from sdlang.model.meaning import meaning
from sdlang.model.model import Auxiliary, Flow, Stock
from sdlang.model.moves import moved
from sdlang.model.names import GivenEnd, Scope, Variables
from sdlang.source import Span
from sdlang.syntax import tree


def settle_contests(builder: Builder) -> None:
    """Let the flows of every contested stock share it."""
    settled: dict[str, Span] = {}
    for contest, scope in builder.contests:
        known = scope.names.get(contest.stock.text)
        if isinstance(known, GivenEnd) and isinstance(known.end, Variables):
            known = known.end
        stock = builder.variables.get(known.flat) if isinstance(known, Variables) else None
        if not isinstance(stock, Stock):
            stocks = [name for name, variable in builder.variables.items() if isinstance(variable, Stock)]
            builder.found.append(words.no_stock(contest.stock.text, stocks, contest.stock.span))
            continue
        if stock.name in settled:
            builder.found.append(words.contest_twice(stock.name, contest.span, settled[stock.name]))
            continue
        settled[stock.name] = contest.span
        _settle(contest, stock, scope, builder)


def _settle(contest: tree.Contest, stock: Stock, scope: Scope, builder: Builder) -> None:
    flows = [each for each in builder.variables.values() if isinstance(each, Flow) and each.source == stock.name]
    if len(flows) < 2:
        builder.found.append(words.no_contest(stock.name, [flow.name for flow in flows], contest.span))
        return
    ordered = _in_order(contest, flows, scope, builder)
    if ordered is None:
        return
    name = f"{stock.name}.share"
    within = meaning(contest.within, replace(scope, owner=name), builder)
    span = contest.span
    builder.times.append((within, span))
    for flow in flows:
        wanted = Auxiliary(
            name=f"{flow.name}.wanted",
            span=flow.span,
            component=flow.component or flow.name,
            is_hidden=True,
            axes=flow.axes,
            value=flow.rate,
        )
        builder.add(wanted, builder.written.get(flow.name))
    available = Apply(span, "/", (followed(stock.name, stock.axes, span), within))
    if not contest.order:
        total = _sum([moved(flow, f"{flow.name}.wanted", flow.source_indices, stock.axes) for flow in flows], span)
        _add(f"{stock.name}.wanted", stock, total, builder)
        _add(f"{stock.name}.available", stock, available, builder)
        wanted_in_all = followed(f"{stock.name}.wanted", stock.axes, span)
        there_is = followed(f"{stock.name}.available", stock.axes, span)
        enough = Apply(span, "<=", (wanted_in_all, there_is))
        one = Constant(span, Fraction(1), None)
        _add(name, stock, Apply(span, "if", (enough, one, Apply(span, "/", (there_is, wanted_in_all)))), builder)
        for flow in flows:
            part = _of_its_element(flow, name, stock, one, span)
            own = followed(f"{flow.name}.wanted", flow.axes, span)
            builder.variables[flow.name] = replace(flow, rate=Apply(span, "*", (own, part)))
        return
    left: Expr = available
    for flow in ordered:
        _add(f"{flow.name}.available", stock, left, builder)
        own = followed(f"{flow.name}.wanted", flow.axes, span)
        of_stock = followed(f"{flow.name}.available", stock.axes, span)
        rate: Expr
        if _shares_an_element(flow):
            # Several elements of the flow take from one of the stock: they share what is there in proportion.
            total = moved(flow, f"{flow.name}.wanted", flow.source_indices, stock.axes)
            _add(f"{flow.name}.total", stock, total, builder)
            wanted_in_all = followed(f"{flow.name}.total", stock.axes, span)
            one = Constant(span, Fraction(1), None)
            enough = Apply(span, "<=", (wanted_in_all, of_stock))
            granted = Apply(span, "if", (enough, one, Apply(span, "/", (of_stock, wanted_in_all))))
            _add(f"{flow.name}.part", stock, granted, builder)
            rate = Apply(span, "*", (own, _of_its_element(flow, f"{flow.name}.part", stock, one, span)))
        else:
            rate = Apply(span, "min", (own, _of_its_element(flow, f"{flow.name}.available", stock, own, span)))
        builder.variables[flow.name] = replace(flow, rate=rate)
        taken = moved(flow, flow.name, flow.source_indices, stock.axes)
        zero = Constant(span, Fraction(0), None)
        left = Apply(span, "max", (zero, Apply(span, "-", (of_stock, taken))))


def _shares_an_element(flow: Flow) -> bool:
    """Whether several elements of a flow may take from one element of its stock."""
    told_apart = {
        index.loop
        for index in flow.source_indices
        if index.through is None or len(set(index.through)) == len(index.through)
    }
    return any(axis.loop not in told_apart for axis in flow.axes)


def _of_its_element(flow: Flow, name: str, stock: Stock, otherwise: Expr, span: Span) -> Expr:
    """What `name` says of the element of the stock that a flow leaves; `otherwise` where it comes from the cloud."""
    result: Expr = Reference(span, name, flow.source_indices)
    for axis, index in zip(stock.axes, flow.source_indices, strict=True):
        if index.loop and index.shift:
            limit, sign = (0, ">=") if index.shift < 0 else (axis.size - 1, "<=")
            is_there = Apply(span, sign, (Position(span, index, 0), Constant(span, Fraction(limit), None)))
            result = Apply(span, "if", (is_there, result, otherwise))
    return result


def _add(name: str, stock: Stock, value: Expr, builder: Builder) -> None:
    hidden = Auxiliary(name=name, span=stock.span, component=stock.name, is_hidden=True, axes=stock.axes, value=value)
    builder.add(hidden, None)


def _in_order(contest: tree.Contest, flows: Sequence[Flow], scope: Scope, builder: Builder) -> list[Flow] | None:
    """The flows in the order of their priority; one that is missing, or no flow of this stock, is reported."""
    by_name = {flow.name: flow for flow in flows}
    ordered: list[Flow] = []
    for name in contest.order:
        known = scope.names.get(name.text)
        flat = known.flat if isinstance(known, Variables) else name.text
        if flat not in by_name:
            builder.found.append(words.no_flow_of(name.text, contest.stock.text, list(by_name), name.span))
            return None
        if by_name[flat] in ordered:
            builder.found.append(words.flow_twice(name.text, contest.stock.text, name.span))
            return None
        ordered.append(by_name[flat])
    missing = [flow.name for flow in flows if flow not in ordered]
    if contest.order and missing:
        builder.found.append(words.not_in_order(contest.stock.text, missing, contest.span))
        return None
    return ordered


def _sum(terms: Sequence[Expr], span: Span) -> Expr:
    result = terms[0]
    for term in terms[1:]:
        result = Apply(span, "+", (result, term))
    return result
