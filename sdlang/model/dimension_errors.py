"""The words for mistakes with dimensions: their declarations, indices, reductions and tables of elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sdlang.diagnostics import Diagnostic, Note, did_you_mean
from sdlang.source import Span


def listed(names: Sequence[str], most: int = 6, joined: str = "and") -> str:
    """`` `a`, `b` and 3 more``"""
    shown = [f"`{name}`" for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {joined} {shown[-1]}"


def unknown_dimension(name: str, known: Iterable[str], span: Span) -> Diagnostic:
    names = list(known)
    suggestion = did_you_mean(name, names)
    hint = "" if suggestion else f"declare it: `dim {name} = ...`"
    return Diagnostic("unknown-dimension", f"there is no dimension `{name}`{suggestion}", span, hint=hint)


def no_element(name: str, dimension: str, elements: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-element",
        f"`{name}` is no element of `{dimension}`{did_you_mean(name, elements)}",
        span,
        hint=f"its elements are {listed(elements)}",
    )


def no_index(name: str, split: Mapping[str, Sequence[str]], loops: Sequence[str], span: Span) -> Diagnostic:
    """`split` has the elements of each dimension by which the variable is split."""
    elements = [element for each in split.values() for element in each]
    suggestion = did_you_mean(name, [*loops, *elements])
    message = f"`{name}` is no element of {listed(list(split), joined='or')}{suggestion}"
    hint = f"there are {listed(elements)}"
    return Diagnostic("unknown-element", message, span, hint=hint)


def element_twice(name: str, dimension: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-element",
        f"`{name}` stands twice in `{dimension}`",
        span,
        notes=(Note("it stands here first", first),),
        hint="leave one of the two out",
    )


def element_in_two(name: str, first: str, second: str, span: Span, place: Span | None) -> Diagnostic:
    notes = () if place is None else (Note(f"`{first}` is declared here", place),)
    return Diagnostic(
        "element-in-two-dimensions",
        f"`{name}` is an element of `{first}` and of `{second}`",
        span,
        notes=notes,
        hint=f"if `{second}` is a part of `{first}`, write `dim {second} of {first} = ...`; else give it another name",
    )


def element_is_dimension(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "element-is-dimension",
        f"`{name}` is a dimension and can be no element among others",
        span,
        hint=f"to join dimensions, write `+` between them: `dim place = {name} + ...`",
    )


def dimension_cycle(names: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "dimension-cycle",
        f"{listed(names)} are made of one another",
        span,
        hint="list the elements of one of them",
    )


def range_not_whole(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "not-a-whole-number",
        f"the elements of `{name}` must be whole numbers written in the text",
        span,
        hint=f"write for example `dim {name} = 20 .. 64`",
    )


def empty_range(name: str, low: int, high: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "range-reversed", f"`{name}` runs from {low} down to {high}", span, hint=f"write `{high} .. {low}`"
    )


def too_many_elements(what: str, count: int, limit: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "too-many-elements",
        f"{what} has {count:,} elements; the limit is {limit:,}",
        span,
        hint="use fewer or coarser dimensions",
    )


def mapped_twice(name: str, dimension: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "mapped-twice",
        f"`{name}` belongs to two elements of `{dimension}`",
        span,
        notes=(Note("it belongs to one here", first),),
        hint="leave one of the two out",
    )


def mapping_with_gap(dimension: str, of: str, missing: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "mapping-gap",
        f"`{dimension}` says nothing of {listed(missing)} of `{of}`",
        span,
        hint=f"say to which element of `{dimension}` {listed(missing[:1])} belongs",
    )


def index_twice(name: str, variable: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "index-twice",
        f"`{variable}` has two indices that are called `{name}`",
        span,
        hint=f"give them names of their own: `{variable}[here: {name}, there: {name}]`",
    )


def missing_index(variable: str, dimension: str, span: Span, where: str) -> Diagnostic:
    if where:
        hint = f"split it too (`{where}[{dimension}]`), pick an element, or reduce: `sum({variable} over {dimension})`"
    else:
        hint = f"pick an element (`{variable}[...]`), or reduce: `sum({variable} over {dimension})`"
    return Diagnostic(
        "missing-index",
        f"`{variable}` is split by `{dimension}`; here it is not said which `{dimension}` is meant",
        span,
        hint=hint,
    )


def ambiguous_index(variable: str, dimension: str, names: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "ambiguous-index",
        f"`{variable}` is split by `{dimension}`, and {listed(names)} both run over it",
        span,
        hint="say which is meant: " + " or ".join(f"`{variable}[{name}]`" for name in names[:2]),
    )


def ambiguous_table(dimension: str, names: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "ambiguous-index",
        f"this table has a value an element of `{dimension}`, and {listed(names)} both run over it",
        span,
        hint="write a line of the elements above the rows, and as many values in each row",
    )


def index_does_not_fit(variable: str, index: str, dimensions: Sequence[str], span: Span) -> Diagnostic:
    split = f"is split by {listed(dimensions)}" if dimensions else "is not split by anything"
    return Diagnostic(
        "index-does-not-fit",
        f"`{variable}` {split}; `{index}` is no index of it",
        span,
        hint=f"write `{variable}[{', '.join(dimensions)}]` or leave the indices out"
        if dimensions
        else f"write `{variable}`",
    )


def no_neighbour(dimension: str, text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "no-neighbours",
        f"`{text}` asks for a neighbour, but the elements of `{dimension}` have no order",
        span,
        hint=f"declare the order: `dim {dimension} = a < b < c`",
    )


def index_as_value(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "index-as-value",
        f"`{name}` names elements and is no number",
        span,
        hint=f"compare it with an element: `if {name} == ... then ... else ...`",
    )


def past_the_end(variable: str, text: str, element: str, dimension: str, span: Span, guard: str) -> Diagnostic:
    return Diagnostic(
        "subscript-outside",
        f"`{variable}[{text}]` does not exist where `{dimension}` is {element}",
        span,
        hint=f"guard it: `{guard}`",
    )


def flow_with_fewer(flow: str, stock: str, dimensions: Sequence[str], fix: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "flow-with-fewer-dimensions",
        f"`{stock}` is split by {listed(dimensions)}, and `{flow}` is not: it is not said which element it flows to",
        span,
        hint=f"write `{fix}: ...`, or pick an element: `{stock}[...]`",
    )


def port_with_more(flow: str, port: str, dimensions: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "flow-with-fewer-dimensions",
        f"the stock that is given as `{port}` is split by {listed(dimensions)}, and `{flow}` is not",
        span,
        hint=f"split the use as well (`name[{', '.join(dimensions)}]`), or give one element of the stock as `{port}`",
    )


def missing_elements(dimension: str, missing: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-elements",
        f"no value is given for {listed(missing)} of `{dimension}`",
        span,
        hint=f"add `{missing[0]}: ...`, or say what holds for the rest: `5 except {{ ... }}`",
    )


def value_twice(element: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-element",
        f"`{element}` has two values here",
        span,
        notes=(Note("it has one here", first),),
        hint="leave one of the two out",
    )


def table_without_dimension(label: str, loops: Sequence[str], span: Span) -> Diagnostic:
    known = f"what stands here is split by {listed(loops)}" if loops else "nothing here is split by anything"
    return Diagnostic(
        "unknown-element",
        f"`{label}` is no element that could be meant: {known}",
        span,
        hint="name the dimension behind the variable: `param share[region] = { ... }`",
    )


def row_without_header(label: str, given: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "row-length",
        f"the row `{label}` has {given} values, and no header says which elements they are for",
        span,
        hint="put the names of the other dimension's elements into a line above the rows",
    )


def row_length(label: str, given: int, wanted: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "row-length",
        f"the row `{label}` has {given} {'value' if given == 1 else 'values'}; its header has {wanted}",
        span,
        hint="write one value for each name in the header, separated by commas",
    )


def reduction_without_over(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-over",
        f"`{name}` works over a dimension, and none is named",
        span,
        hint=f"write `{name}(... over region)`",
    )


def over_not_welcome(name: str, known: Iterable[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-reduction",
        f"`{name}` does not work over a dimension",
        span,
        hint="these do: " + ", ".join(f"`{each}`" for each in known),
    )


def where_not_welcome(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "where-not-welcome",
        f"`{name}` gives a value for every element, and `where` would leave some out",
        span,
        hint=f"say what counts for those: `{name}(if ... then ... else 0 over region)`",
    )


def runs_twice(name: str, dimension: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "index-twice",
        f"`{name}` runs twice over `{dimension}`",
        span,
        hint=f"give the two names of their own: `{name}(... over here: {dimension}, there: {dimension})`",
    )


def vector_needs_index(name: str, dimensions: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "missing-index",
        f"`{name}` gives a value for each {listed(dimensions)}; here it is not said which one is meant",
        span,
        hint=f"use it in an equation that is split by {listed(dimensions)}",
    )


def wrong_number_of_dimensions(name: str, wanted: int, given: int, span: Span) -> Diagnostic:
    return Diagnostic(
        "wrong-number-of-dimensions",
        f"`{name}` runs over {wanted} {'dimension' if wanted == 1 else 'dimensions'}; here it gets {given}",
        span,
        hint=f"name {wanted} behind `over`: `{name}(... over {'region' if wanted == 1 else 'here, there'})`",
    )


def not_square(axes: Sequence[tuple[str, int]], span: Span) -> Diagnostic:
    (one, size), (other, other_size) = axes
    return Diagnostic(
        "not-square",
        f"`inverse` needs a square matrix: `{one}` has {size} elements, `{other}` has {other_size}",
        span,
        hint="invert over two dimensions of one size, such as a dimension and its alias",
    )


def not_within(dimension: str, within: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "not-within",
        f"`{within}` does not say which elements of `{dimension}` belong to it",
        span,
        hint=f"declare it: `dim {within} maps {dimension} {{ ... }}`",
    )


def share_with_unit(span: Span) -> Diagnostic:
    return Diagnostic(
        "unit-mismatch",
        f"a share is a part of the whole and has no unit; `{span.text}` has one",
        span,
        hint="write for example `60%`",
    )


def shares_do_not_sum(flow: str, total: float, span: Span) -> Diagnostic:
    return Diagnostic(
        "shares-do-not-sum",
        f"the shares of `{flow}` add up to {total * 100:.6g}%, not to 100%",
        span,
        hint="write `rest` as the share of one of them",
    )


def shares_unknown(flow: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "shares-do-not-sum",
        f"the shares of `{flow}` change during the run, so nobody can say that they add up to 100%",
        span,
        hint="write `rest` as the share of one of them",
    )


def rest_twice(flow: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "shares-do-not-sum", f"two ends of `{flow}` get the rest", span, hint="give a share to one of them"
    )


def index_not_static(text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "index-does-not-fit",
        f"`{text}` is no index: the elements that an equation reads are known before the run",
        span,
        hint="write an element, a dimension, or a neighbour such as `age - 1`; for a choice during the run, "
        "`sum(x over region where ...)`",
    )


def no_such_element(name: str, text: str, first: str, last: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "subscript-outside",
        f"`{name}[{text}]` does not exist; `{name}` runs from {first} to {last}",
        span,
        hint="write an element that there is",
    )


def no_loop(dimension: str, owner: str, span: Span) -> Diagnostic:
    hint = f"split `{owner}` by it: `{owner}[{dimension}]`" if owner and "." not in owner else "pick an element"
    return Diagnostic(
        "missing-index",
        f"which `{dimension}` is not said here",
        span,
        hint=f"{hint}, or reduce: `sum(... over {dimension})`",
    )


def both_ends_shared(flow: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "shares-do-not-sum",
        f"`{flow}` is shared out twice",
        span,
        hint="share it at one of its ends, among plain stocks",
    )
