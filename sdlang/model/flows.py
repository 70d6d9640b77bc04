"""Flows and their ends: a stock, one of its elements, several stocks with shares, or the cloud.

A flow that splits (`study -> { technicians: 60%, unemployed: rest }`) becomes one flow for each end, named after it,
and an auxiliary of the flow's own name which they share out; so nothing is lost if the shares add up, which is checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sdlang.model import dimension_errors, errors
from sdlang.model.builder import Builder, SharesToCheck, followed, mistake
from sdlang.model.expressions import Apply, Axis, Constant, Expr, Index
from sdlang.model.indexing import indices_of, open_dimensions, partly
from sdlang.model.meaning import meaning
from sdlang.model.model import Auxiliary, Flow
from sdlang.model.names import Given, GivenEnd, Scope, SharedEnd, Variables
from sdlang.source import Span
from sdlang.syntax import tree
from sdlang.units.unit import DIMENSIONLESS, Unit

# The stock at an end and which of its elements; `None` is the cloud.
Reached = tuple[str, tuple[Index, ...]] | None
Moving = tree.Flow | tree.Move


@dataclass(frozen=True, slots=True)
class Described:
    """What a flow and the flows that it splits into have in common."""

    flat: str
    span: Span
    label: str
    documentation: str
    axes: tuple[Axis, ...]
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the ends that share a flow; a flow that is not shared has one with an empty word."""

    word: str
    reached: Reached
    share: Expr | None


def add_flows(flow: tree.Flow, described: Described, rate: Expr, scope: Scope, builder: Builder) -> None:
    """Add the flow that a declaration means, or the flows that it splits into.

    Inside a component, a flow that is a bare 0 moves nothing, ever (`if given(capacity) then ... else 0`): it is no
    flow, only a value."""
    if scope.instance and isinstance(rate, Constant) and rate.dimension is None and not rate.value:
        _add_auxiliary(described, rate, scope, builder)
        return
    sources = _parts(flow.source, flow, scope, builder)
    targets = _parts(flow.target, flow, scope, builder)
    if sources is None or targets is None:
        _add_auxiliary(described, rate, scope, builder)
        return
    if sources[0].word and targets[0].word:
        builder.found.append(dimension_errors.both_ends_shared(flow.name.text, flow.name.span))
        return
    if not sources[0].word and not targets[0].word:
        if not scope.instance and "." not in described.flat:
            _check_ends(flow, sources[0].reached, targets[0].reached, builder)
        _add(described, "", sources[0].reached, targets[0].reached, rate, scope, builder)
        return
    _add_auxiliary(described, rate, scope, builder)
    parts = sources if sources[0].word else targets
    shares = tuple(part.share for part in parts if part.share is not None)
    span = _where_shared(flow, scope)
    if len(parts) - len(shares) > 1:
        builder.found.append(dimension_errors.rest_twice(flow.name.text, span or flow.name.span))
    builder.shares.append(SharesToCheck(flow.name.text, shares, len(shares) < len(parts), span or flow.span))
    whole = followed(described.flat, described.axes, described.span)
    for part in parts:
        share = _rest(shares, described.span) if part.share is None else part.share
        ends = (part.reached, targets[0].reached) if parts is sources else (sources[0].reached, part.reached)
        _add(described, f".{part.word}", *ends, Apply(described.span, "*", (whole, share)), scope, builder)


def _where_shared(flow: tree.Flow, scope: Scope) -> Span | None:
    """Where the use of a component says how a flow of it is shared; `None` where the flow itself says so."""
    for end in (flow.source, flow.target):
        known = scope.names.get(end.text) if isinstance(end, tree.Name) else None
        if isinstance(known, GivenEnd) and isinstance(known.end, SharedEnd):
            return known.end.span
    return None


def _rest(shares: Sequence[Expr], span: Span) -> Expr:
    """1 less all shares that are written."""
    rest: Expr = Constant(span, Fraction(1), None)
    for share in shares:
        rest = Apply(span, "-", (rest, share))
    return rest


def _add(
    described: Described, word: str, source: Reached, target: Reached, rate: Expr, scope: Scope, builder: Builder
) -> None:
    builder.add(
        Flow(
            name=described.flat + word,
            span=described.span,
            label="" if word else described.label,
            documentation=described.documentation,
            component=scope.instance,
            is_hidden=scope.is_hidden,
            axes=described.axes,
            source=None if source is None else source[0],
            target=None if target is None else target[0],
            rate=rate,
            source_indices=() if source is None else source[1],
            target_indices=() if target is None else target[1],
        ),
        described.unit,
    )


def _add_auxiliary(described: Described, rate: Expr, scope: Scope, builder: Builder) -> None:
    builder.add(
        Auxiliary(
            name=described.flat,
            span=described.span,
            label=described.label,
            documentation=described.documentation,
            component=scope.instance,
            is_hidden=scope.is_hidden,
            axes=described.axes,
            value=rate,
        ),
        described.unit,
    )


def _check_ends(flow: tree.Flow, source: Reached, target: Reached, builder: Builder) -> None:
    if flow.source is None and flow.target is None:
        builder.found.append(errors.flow_between_clouds(flow.name.text, flow.name.span))
    elif source is not None and source == target:
        builder.found.append(errors.flow_to_itself(flow.name.text, source[0], flow.name.span))


def ends_of(move: tree.Move, scope: Scope, builder: Builder) -> tuple[Reached, Reached] | None:
    """Both ends of what moves at once and is not shared; `None` where a mistake was reported."""
    sources = _parts(move.source, move, scope, builder)
    targets = _parts(move.target, move, scope, builder)
    return None if sources is None or targets is None else (sources[0].reached, targets[0].reached)


def is_shared(flow: tree.Flow) -> bool:
    """Whether a flow is written with an end that splits it."""
    return isinstance(flow.source, tree.Split) or isinstance(flow.target, tree.Split)


def words_of(flow: tree.Flow) -> tuple[str, ...]:
    """What the parts of a flow that splits are called after."""
    shared = flow.source if isinstance(flow.source, tree.Split) else flow.target
    return tuple(word_of(share.end) for share in shared.shares) if isinstance(shared, tree.Split) else ()


# Ends ----------------------------------------------------------------------------------------------------------------


def _parts(end: tree.End, flow: Moving, scope: Scope, builder: Builder) -> tuple[_Part, ...] | None:
    """The parts of an end of a flow, as the flow's own equation sees them; `None` where a mistake was reported."""
    if end is None:
        return (_Part("", None, None),)
    if isinstance(end, tree.Split):
        return _shared(end, flow, scope, builder)
    name, subscripts = _name_of(end)
    known = scope.names.get(name.text)
    if isinstance(known, GivenEnd):
        match known.end:
            case None:
                return (_Part("", None, None),)
            case SharedEnd(parts=parts):
                reached = [
                    (word, _reached(name, stock, (), flow, scope, builder), share) for word, stock, share in parts
                ]
                return tuple(_Part(word, at, share) for word, at, share in reached)
            case Variables() as stock:
                known = stock
    if not isinstance(known, Variables) or known.kind != "stock":
        _report_no_stock(flow.name.text, name, known, end.span, scope, builder)
        return None
    before = len(builder.found)
    at = _reached(name, known, subscripts, flow, scope, builder)
    return None if len(builder.found) > before else (_Part("", at, None),)


def _shared(end: tree.Split, flow: Moving, scope: Scope, builder: Builder) -> tuple[_Part, ...] | None:
    parts: list[_Part] = []
    for share in end.shares:
        inner = _parts(share.end, flow, scope, builder)
        if inner is None:
            return None
        if inner[0].word:
            builder.found.append(dimension_errors.both_ends_shared(flow.name.text, share.span))
            return None
        value = None if share.share is None else _share(share.share, scope, builder)
        parts.append(_Part(word_of(share.end), inner[0].reached, value))
    return tuple(parts)


def _share(written: tree.Expr, scope: Scope, builder: Builder) -> Expr:
    """What a share is; one with a unit is reported."""
    value = meaning(written, scope, builder)
    if isinstance(value, Constant) and value.dimension not in (None, DIMENSIONLESS):
        builder.unit_mistakes.append(dimension_errors.share_with_unit(written.span))
        return mistake(written.span)
    return value


def word_of(end: tree.End) -> str:
    """What the part of a flow that goes to an end is called after."""
    if end is None:
        return "cloud"
    name, subscripts = _name_of(end) if not isinstance(end, tree.Split) else (None, ())
    if name is None:
        return "several"
    picked = [subscript.text for subscript in subscripts if isinstance(subscript, tree.Name)]
    return "_".join([name.text.replace(".", "_"), *picked])


def _name_of(end: tree.Name | tree.Subscript) -> tuple[tree.Name, tuple[tree.Expr, ...]]:
    return (end.name, end.indices) if isinstance(end, tree.Subscript) else (end, ())


def _reached(
    name: tree.Name,
    stock: Variables | None,
    subscripts: tuple[tree.Expr, ...],
    flow: Moving,
    scope: Scope,
    builder: Builder,
) -> Reached:
    if stock is None:
        return None
    missing = open_dimensions(name.text, stock, subscripts, scope, builder.reader())
    if missing:
        wanted = ", ".join([*(index.span.text for index in flow.indices), *missing])
        fix = f"{'move' if isinstance(flow, tree.Move) else 'flow'} {flow.name.text}[{wanted}]"
        if scope.instance and not stock.flat.startswith(f"{scope.instance}."):
            told = dimension_errors.port_with_more(flow.name.text, name.text, missing, name.span)
        else:
            told = dimension_errors.flow_with_fewer(flow.name.text, name.text, missing, fix, name.span)
        builder.found.append(told)
        return None
    indices = indices_of(name.text, stock, subscripts, name.span, scope, builder.reader(), is_end=True)
    return None if indices is None else (stock.flat, indices)


def _report_no_stock(flow: str, name: tree.Name, known: object, span: Span, scope: Scope, builder: Builder) -> None:
    if known is None:
        stocks = [n for n, meant in scope.names.items() if isinstance(meant, Variables) and meant.kind == "stock"]
        builder.found.append(errors.unknown_stock(flow, name.text, stocks, span))
    elif isinstance(known, Given) or (isinstance(known, Variables) and known.flat in builder.arguments):
        builder.found.append(errors.flow_end_is_parameter(flow, name.text, span))
    else:
        kind = known.kind if isinstance(known, Variables) else "value"
        builder.found.append(errors.flow_end_not_a_stock(flow, name.text, kind, span))


def given_end(port: str, end: tree.End, scope: Scope, builder: Builder) -> GivenEnd:
    """What a use of a component gives to a port: as far as the place of the use settles which elements are meant."""
    if end is None:
        return GivenEnd(None)
    if isinstance(end, tree.Split):
        parts = []
        for share in end.shares:
            inner = given_end(port, share.end, scope, builder).end
            if isinstance(inner, SharedEnd):
                builder.found.append(dimension_errors.both_ends_shared(port, share.span))
                return GivenEnd(None)
            value = None if share.share is None else _share(share.share, scope, builder)
            parts.append((word_of(share.end), inner, value))
        return GivenEnd(SharedEnd(tuple(parts), end.span))
    name, subscripts = _name_of(end)
    known = scope.names.get(name.text)
    if isinstance(known, GivenEnd):
        if not subscripts or not isinstance(known.end, Variables):
            return known
        known = known.end
    if not isinstance(known, Variables) or known.kind != "stock":
        _report_no_stock(port, name, known, end.span, scope, builder)
        return GivenEnd(None)
    return GivenEnd(partly(name.text, known, subscripts, name.span, scope, builder.reader()))
