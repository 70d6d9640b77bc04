"""What things are split by: the dimensions of a file, and how one fits another.

An element belongs to one dimension; a subset, a union or an alias has elements of others. So names of elements say it
all: a variable split by `region` can be read for each element of `coastal`, which is a subset, because every element of
`coastal` is one of `region`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from sdlang.diagnostics import Diagnostic
from sdlang.limits import limit
from sdlang.model import dimension_errors as errors
from sdlang.model.model import Dimension
from sdlang.source import Span
from sdlang.syntax import tree

NONE: Mapping[str, Dimension] = MappingProxyType({})


def dimensions_of(
    declarations: Sequence[tree.Dimension], found: list[Diagnostic], around: Mapping[str, Dimension] = NONE
) -> Mapping[str, Dimension]:
    """The dimensions that a file (or a component) declares, by name, whatever their order; mistakes are appended to
    `found`. Those `around` can be read."""
    declared = {declaration.name.text: declaration for declaration in declarations}
    known: dict[str, Dimension] = dict(around)
    waiting = list(declared.values())
    while waiting:
        ready = [each for each in waiting if not _waits_for(each, declared, known)]
        if not ready:
            names = [each.name.text for each in waiting]
            found.append(errors.dimension_cycle(names, waiting[0].name.span))
            break
        for declaration in ready:
            dimension = _dimension(declaration, known, found)
            known[declaration.name.text] = dimension
        waiting = [each for each in waiting if each.name.text not in known]
    _check_owners(declared, known, found)
    for declaration in declared.values():
        if declaration.maps is not None and declaration.name.text in known:
            name = declaration.name.text
            known[name] = replace(known[name], maps=_maps(declaration, known, found))
    return MappingProxyType({name: known[name] for name in declared if name in known})


def _waits_for(
    declaration: tree.Dimension, declared: Mapping[str, tree.Dimension], known: Mapping[str, Dimension]
) -> bool:
    read = [*declaration.parts]
    if declaration.whole is not None:
        read.append(declaration.whole)
    if _is_alias(declaration, {**declared, **known}):
        read.extend(declaration.elements)
    return any(name.text in declared and name.text not in known for name in read)


def _is_alias(declaration: tree.Dimension, declared: Mapping[str, object]) -> bool:
    """`dim there = region`: the one name behind `=` is a dimension."""
    return (
        declaration.whole is None
        and len(declaration.elements) == 1
        and declaration.elements[0].text in declared
        and declaration.elements[0].text != declaration.name.text
    )


def _dimension(declaration: tree.Dimension, known: Mapping[str, Dimension], found: list[Diagnostic]) -> Dimension:
    name, span = declaration.name.text, declaration.name.span
    if declaration.range is not None:
        numbers = _numbers(name, declaration.range, span, found)
        return numbers if declaration.whole is None else _checked_part(numbers, declaration.whole, known, found)
    if declaration.maps is not None:
        elements = _distinct(name, [bloc.element for bloc in declaration.blocs], found)
        return Dimension(name, elements, span=span)
    if declaration.parts:
        return _union(name, declaration.parts, known, span, found)
    if _is_alias(declaration, known):
        return replace(known[declaration.elements[0].text], name=name, span=span, maps=MappingProxyType({}))
    elements = _distinct(name, declaration.elements, found)
    if declaration.whole is None:
        return Dimension(name, elements, is_ordered=declaration.is_ordered, span=span)
    whole = known.get(declaration.whole.text)
    if whole is None:
        found.append(errors.unknown_dimension(declaration.whole.text, known, declaration.whole.span))
        return Dimension(name, elements, span=span)
    for element in declaration.elements:
        if element.text not in whole.elements:
            found.append(errors.no_element(element.text, whole.name, whole.elements, element.span))
    return Dimension(name, elements, is_ordered=whole.is_ordered, span=span)


def _checked_part(part: Dimension, of: tree.Name, known: Mapping[str, Dimension], found: list[Diagnostic]) -> Dimension:
    """`dim young of age = 20 .. 24`: all its numbers are elements of the whole; reports the first that is none."""
    whole = known.get(of.text)
    if whole is None:
        found.append(errors.unknown_dimension(of.text, known, of.span))
        return part
    outside = next((element for element in part.elements if element not in whole.elements), None)
    if outside is not None and part.span is not None:
        found.append(errors.no_element(outside, whole.name, whole.elements, part.span))
    return part


def _distinct(dimension: str, names: Sequence[tree.Name], found: list[Diagnostic]) -> tuple[str, ...]:
    first: dict[str, Span] = {}
    for name in names:
        if name.text in first:
            found.append(errors.element_twice(name.text, dimension, name.span, first[name.text]))
        first.setdefault(name.text, name.span)
    return tuple(first)


def _union(
    name: str, parts: Sequence[tree.Name], known: Mapping[str, Dimension], span: Span, found: list[Diagnostic]
) -> Dimension:
    elements: dict[str, None] = {}
    for part in parts:
        dimension = known.get(part.text)
        if dimension is None:
            found.append(errors.unknown_dimension(part.text, known, part.span))
            continue
        elements |= dict.fromkeys(dimension.elements)
    return Dimension(name, tuple(elements), span=span)


def _numbers(name: str, range_: tree.Range, span: Span, found: list[Diagnostic]) -> Dimension:
    low, high = _whole(range_.low), _whole(range_.high)
    if low is None or high is None:
        found.append(errors.range_not_whole(name, range_.span))
        return Dimension(name, ("1",), 1, True, span=span)
    return numbered(name, low, high, span, found)


def numbered(name: str, low: int, high: int, span: Span, found: list[Diagnostic]) -> Dimension:
    """`dim age = 20 .. 64`: its elements are called by their numbers."""
    if high < low:
        found.append(errors.empty_range(name, low, high, span))
        high = low
    if high - low >= limit("elements"):
        found.append(errors.too_many_elements(f"`{name}`", high - low + 1, limit("elements"), span))
        high = low
    return Dimension(name, tuple(map(str, range(low, high + 1))), low, True, span=span)


def _whole(expression: tree.Expr) -> int | None:
    """A whole number written in the text, perhaps with a sign."""
    match expression:
        case tree.Number(percent=False, scale="", unit=""):
            value = Fraction(expression.text.replace("_", ""))
            return int(value) if value.denominator == 1 else None
        case tree.Unary(operator="-", operand=operand):
            inner = _whole(operand)
            return None if inner is None else -inner
        case tree.Group(inner=grouped):
            return _whole(grouped)
        case _:
            return None


def _check_owners(
    declared: Mapping[str, tree.Dimension], known: Mapping[str, Dimension], found: list[Diagnostic]
) -> None:
    """An element that a file names in two dimensions which have nothing to do with each other. Dimensions that came out
    of components (`clerks.grade`) have elements of their own."""
    owner: dict[str, str] = {}
    for name, declaration in declared.items():
        if declaration.whole is not None or declaration.parts or declaration.range is not None:
            continue
        if _is_alias(declaration, known) or "." in name:
            continue
        written = [bloc.element for bloc in declaration.blocs] or list(declaration.elements)
        for element in written:
            if element.text in declared:
                found.append(errors.element_is_dimension(element.text, element.span))
            elif owner.setdefault(element.text, name) != name:
                first = known[owner[element.text]]
                found.append(errors.element_in_two(element.text, first.name, name, element.span, first.span))


def _maps(
    declaration: tree.Dimension, known: Mapping[str, Dimension], found: list[Diagnostic]
) -> Mapping[str, tuple[int, ...]]:
    """For each element of the dimension that is mapped, the place of the bloc that it belongs to."""
    assert declaration.maps is not None
    of = known.get(declaration.maps.text)
    if of is None:
        found.append(errors.unknown_dimension(declaration.maps.text, known, declaration.maps.span))
        return MappingProxyType({})
    name = declaration.name.text
    place: dict[str, int] = {}
    first: dict[str, Span] = {}
    for number, bloc in enumerate(declaration.blocs):
        for member in bloc.members:
            if member.text not in of.elements:
                found.append(errors.no_element(member.text, of.name, of.elements, member.span))
            elif member.text in place:
                found.append(errors.mapped_twice(member.text, name, member.span, first[member.text]))
            place.setdefault(member.text, number)
            first.setdefault(member.text, member.span)
    missing = [element for element in of.elements if element not in place]
    if missing:
        found.append(errors.mapping_with_gap(name, of.name, missing, declaration.name.span))
        return MappingProxyType({})
    return MappingProxyType({of.name: tuple(place[element] for element in of.elements)})


def fit(inner: Dimension, whole: Dimension) -> tuple[int, ...] | None:
    """For each element of `inner`, its place in `whole`; `None` where one of them is no element of it."""
    places = {element: place for place, element in enumerate(whole.elements)}
    found = tuple(places.get(element, -1) for element in inner.elements)
    return None if -1 in found else found


def through(inner: Dimension, whole: Dimension) -> tuple[bool, tuple[int, ...] | None]:
    """Whether positions of `inner` say positions of `whole`, and by which table (`None`: they are the same)."""
    if inner.elements is whole.elements or inner.elements == whole.elements:
        return True, None
    table = fit(inner, whole)
    if table is None:
        table = whole.maps.get(inner.name)
    return table is not None, table
