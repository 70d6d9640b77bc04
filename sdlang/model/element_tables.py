"""Tables of elements: a value an element, `{ manufacturing: 55%, retail: 60% }`, alone or as what an equation excepts.

A table belongs to the loop whose elements its rows name; a row may name a subset and speaks for all its elements then.
With a header, the columns belong to a second loop. Every element has a value in the end, and exactly one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sdlang.model import dimension_errors as errors
from sdlang.model.builder import Builder, Read, mistake
from sdlang.model.dimensions import fit
from sdlang.model.expressions import Cases, Expr
from sdlang.model.names import Loop, Scope
from sdlang.source import Span
from sdlang.syntax import tree

# What stands for one name of a row or a header, read in the scope of its elements.
Entry = tuple[tree.Name, Callable[[Scope], Expr]]


def table_of_elements(table: tree.ElementTable, scope: Scope, builder: Builder, read: Read) -> Expr:
    """`{ manufacturing: 55%, retail: 60% }`"""
    return _rows(table, None, scope, builder, read)


def excepted(expression: tree.Excepted, scope: Scope, builder: Builder, read: Read) -> Expr:
    """`10% / year except { retail: 25% / year }`"""
    return _rows(expression.table, expression.value, scope, builder, read)


def _rows(table: tree.ElementTable, default: tree.Expr | None, scope: Scope, builder: Builder, read: Read) -> Expr:
    twins = [] if table.header else _twins(table.rows[0].label, scope)
    if len(twins) > 1:
        names = [each.name for each in twins]
        told = errors.ambiguous_table(twins[0].dimension.name, names, table.rows[0].label.span)
        builder.found.append(told)
        return mistake(table.span)
    wanted = len(table.header) or 1
    for row in table.rows:
        if len(row.values) != wanted:
            given = len(row.values)
            told = errors.row_length(row.label.text, given, wanted, row.span)
            builder.found.append(told if table.header else errors.row_without_header(row.label.text, given, row.span))
            return mistake(table.span)

    def row_value(row: tree.Row) -> Callable[[Scope], Expr]:
        if not table.header:
            return lambda inner: read(row.values[0], inner)
        entries = [
            (name, lambda inner, value=value: read(value, inner))
            for name, value in zip(table.header, row.values, strict=True)
        ]
        return lambda inner: _cases(entries, default, row.span, inner, builder, read)

    columns = _loop_of(table.header[0], scope) if table.header else None
    entries = [(row.label, row_value(row)) for row in table.rows]
    return _cases(entries, default, table.span, scope, builder, read, columns)


def _cases(
    entries: Sequence[Entry],
    default: tree.Expr | None,
    span: Span,
    scope: Scope,
    builder: Builder,
    read: Read,
    columns: Loop | None = None,
) -> Expr:
    """The cases of the loop that the names of the entries belong to, which is not that of the `columns`."""
    loop = _loop_of(entries[0][0], scope, columns)
    if loop is None:
        label = entries[0][0]
        if len(scope.loops) == 1:
            (only,) = scope.loops
            told = errors.no_element(label.text, only.name, only.dimension.elements, label.span)
        else:
            told = errors.table_without_dimension(label.text, [each.name for each in scope.loops], label.span)
        builder.found.append(told)
        return mistake(span)
    choice = [-1] * loop.axis.size
    branches: list[Expr] = []
    first: dict[int, Span] = {}
    for name, value in entries:
        places = _places(name, loop, scope)
        if places is None:
            told = errors.no_element(name.text, loop.name, loop.dimension.elements, name.span)
            builder.found.append(told)
            return mistake(span)
        for place in places:
            if place in first:
                element = loop.dimension.elements[place]
                builder.found.append(errors.value_twice(element, name.span, first[place]))
                return mistake(span)
            first[place] = name.span
            choice[place] = len(branches)
        branches.append(value(_at(scope, loop, places)))
    rest = [place for place, chosen in enumerate(choice) if chosen < 0]
    if rest and default is not None:
        branches.append(read(default, _at(scope, loop, rest)))
        choice = [len(branches) - 1 if chosen < 0 else chosen for chosen in choice]
    elif any(place in loop.places for place in rest):
        missing = [loop.dimension.elements[place] for place in rest if place in loop.places]
        builder.found.append(errors.missing_elements(loop.name, missing, span))
        return mistake(span)
    return Cases(span, loop.axis.loop, tuple(max(chosen, 0) for chosen in choice), tuple(branches))


def _loop_of(name: tree.Name, scope: Scope, columns: Loop | None = None) -> Loop | None:
    loops = [loop for loop in reversed(scope.loops) if loop is not columns]
    return next((loop for loop in loops if _places(name, loop, scope) is not None), None)


def _twins(name: tree.Name, scope: Scope) -> list[Loop]:
    """The loops of one place, over the same elements, to any of which the rows of a table could belong."""
    loop = _loop_of(name, scope)
    return [
        each
        for each in scope.loops
        if loop is not None and each.level == loop.level and each.dimension.elements == loop.dimension.elements
    ]


def _places(name: tree.Name, loop: Loop, scope: Scope) -> Sequence[int] | None:
    """The positions that a name means: that of an element, or those of all elements of a subset."""
    if name.text in loop.dimension.elements:
        return (loop.dimension.elements.index(name.text),)
    subset = scope.dimensions.get(name.text)
    return None if subset is None or subset.name == loop.dimension.name else fit(subset, loop.dimension)


def _at(scope: Scope, loop: Loop, places: Sequence[int]) -> Scope:
    """The scope with a loop at some of its positions only."""
    narrow = replace(loop, places=tuple(place for place in sorted(places) if place in loop.places))
    return replace(scope, loops=tuple(narrow if each is loop else each for each in scope.loops))
