"""The words for mistakes in names, declarations and values: each function gives one Diagnostic.

What is wrong with units is worded in `unit_errors.py`, what is wrong with data files in `data_errors.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sdlang.diagnostics import Diagnostic, Note, Severity, did_you_mean
from sdlang.model.foreign import FOREIGN
from sdlang.source import Span


def unknown_name(name: str, span: Span, known: Iterable[str]) -> Diagnostic:
    suggestion = did_you_mean(name, known)
    hint = "" if suggestion else "declare it, for example as a `param` or an `aux`"
    return Diagnostic("unknown-name", f"unknown name `{name}`{suggestion}", span, hint=hint)


def unknown_function(name: str, span: Span, known: Iterable[str]) -> Diagnostic:
    foreign = FOREIGN.get(name.lower(), "")
    suggestion = "" if foreign else did_you_mean(name, known)
    hint = "" if suggestion else "`sdrun explain unknown-function` lists the functions there are"
    hint = f"write `{foreign}`" if foreign else hint
    return Diagnostic("unknown-function", f"there is no function `{name}`{suggestion}", span, hint=hint)


def not_a_function(name: str, kind: str, span: Span, *, hides: bool = False) -> Diagnostic:
    """`hides`: there is a function of this name, which cannot be called here."""
    return Diagnostic(
        "not-a-function",
        f"`{name}` is {_a(kind)} and takes no arguments",
        span,
        hint=f"to call the function `{name}`, give the {kind} another name"
        if hides
        else f"to multiply, write `{name} * (...)`",
    )


def function_without_call(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "function-without-arguments", f"`{name}` is a function and needs arguments", span, hint=f"write `{name}(...)`"
    )


def table_without_argument(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "function-without-arguments",
        f"`{name}` is a table and needs a value to be read at",
        span,
        hint=f"write `{name}(...)`",
    )


def wrong_number_of_arguments(name: str, wanted: str, given: int, span: Span, hint: str = "") -> Diagnostic:
    plural = "argument" if given == 1 else "arguments"
    return Diagnostic(
        "wrong-number-of-arguments", f"`{name}` takes {wanted}; here it gets {given} {plural}", span, hint=hint
    )


def named_argument_of_function(function: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-argument",
        f"the arguments of `{function}` have no names; `{name} =` is too much",
        span,
        hint="give the values in their order",
    )


def duplicate_name(name: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-name",
        f"`{name}` is declared twice",
        span,
        notes=(Note(f"`{name}` was declared here first", first),),
        hint="rename one of the two, or remove it",
    )


def duplicate_declaration(what: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-declaration",
        f"a second `{what}`",
        span,
        notes=(Note(f"the first `{what}`", first),),
        hint="keep one of the two",
    )


def shadowed_name(name: str, meaning: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "shadowed-name",
        f"`{name}` already means {meaning}",
        span,
        hint=f"choose another name, for example `{name}_count` or `my_{name}`",
    )


def stock_as_equation(stock: str, flow: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "stock-as-equation",
        f"the start of stock `{stock}` reads the flow `{flow}`; "
        "a stock is given its value at the start and changes by flows",
        span,
        hint=f"write `stock {stock} = 0` and let a flow end in it: `flow {flow}: cloud -> {stock} = ...`",
    )


def stock_reads_itself(stock: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "stock-as-equation",
        f"the start of stock `{stock}` reads `{stock}` itself; "
        "a stock is given its value at the start and changes by flows",
        span,
        hint=f"give it a value, and let a flow end in it: `flow change: cloud -> {stock} = ...`",
    )


def flow_end_not_a_stock(flow: str, end: str, kind: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "flow-end-not-a-stock",
        f"`{flow}` runs to or from `{end}`, which is {_a(kind)} and not a stock",
        span,
        hint="flows and moves join stocks; use `cloud` for what lies outside the model",
    )


def flow_end_is_parameter(flow: str, end: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "flow-end-not-a-stock",
        f"`{flow}` runs to or from `{end}`, which is a value that the component is given and not a stock",
        span,
        hint=f"a stock is given behind the parentheses: `component ...(...) from {end}` or `to {end}`",
    )


def unknown_stock(flow: str, end: str, stocks: Sequence[str], span: Span) -> Diagnostic:
    suggestion = did_you_mean(end, [*stocks, "cloud"])
    return Diagnostic(
        "unknown-stock",
        f"`{flow}` runs to or from `{end}`, and there is no such stock{suggestion}",
        span,
        hint="" if suggestion else f"declare `stock {end} = ...`, or use `cloud` for what lies outside the model",
    )


def flow_to_itself(flow: str, stock: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "flow-without-effect",
        f"`{flow}` runs from `{stock}` to `{stock}` and changes nothing",
        span,
        hint="let it start or end elsewhere",
    )


def flow_between_clouds(flow: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "flow-without-effect",
        f"`{flow}` runs from `cloud` to `cloud` and changes no stock",
        span,
        hint="name a stock at one of its ends, or make it an `aux`",
    )


def parameter_not_constant(parameter: str, reads: str, kind: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "parameter-not-constant",
        f"the parameter `{parameter}` reads `{reads}`, which is {_a(kind)} and changes over time",
        span,
        hint=f"declare it as `aux {parameter} = ...`",
    )


def parameter_computed(parameter: str, function: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "parameter-not-constant",
        f"the parameter `{parameter}` is made by `{function}(...)`, which is computed during the run",
        span,
        hint=f"declare it as `aux {parameter} = ...`",
    )


def not_constant(what: str, span: Span, hint: str = "use numbers and parameters only") -> Diagnostic:
    return Diagnostic("not-constant", f"{what} must be known before the run starts", span, hint=hint)


def constant_failure(what: str, cause: str, span: Span) -> Diagnostic:
    return Diagnostic("no-value", f"{what} has no value: {cause}", span, hint="change the numbers that it is made of")


def algebraic_loop(
    path: Sequence[str], spans: Sequence[Span], called: str = "", of_parameters: bool = False
) -> Diagnostic:
    """`called` is the function with a memory that the loop goes through."""
    loop = " -> ".join(f"`{name}`" for name in (*path, path[0]))
    if len(path) == 1:
        message = f"`{path[0]}` depends on itself with no stock in between: {loop}"
    else:
        names = " and ".join((", ".join(f"`{name}`" for name in path[:-1]), f"`{path[-1]}`"))
        message = f"{names} depend on each other with no stock between them: {loop}"
    notes = tuple(Note(f"`{name}`", span) for name, span in zip(path[1:], spans[1:], strict=True))
    return Diagnostic(
        "algebraic-loop",
        message,
        spans[0],
        notes=notes,
        hint="give one of them a value that reads none of the others"
        if of_parameters
        else f"give one of the elements a value of its own: `if ... then ... else {path[-1].partition('[')[0]}[...]`"
        if any("[" in name for name in path)
        else f"read what it was a step before: `previous({path[-1]}, ...)`"
        if called == "sample_if_true"
        else f"break the loop with a stock, or with a delay such as `smooth({path[-1]}, 1 month, initial = ...)`",
    )


def initial_loop(path: Sequence[str], spans: Sequence[Span], called: str = "") -> Diagnostic:
    """`called` is the function with a memory that the loop goes through."""
    loop = " -> ".join(f"`{name}`" for name in (*path, path[0]))
    return Diagnostic(
        "initial-loop",
        f"the start cannot be computed, because `{path[0]}` at the start depends on itself: {loop}"
        if len(path) == 1
        else f"the start cannot be computed, because values at the start depend on each other: {loop}",
        spans[0],
        notes=tuple(Note(f"`{name}`", span) for name, span in zip(path[1:], spans[1:], strict=True)),
        hint=f"give `{called}` a start that reads none of them: `initial = ...`"
        if called not in ("", "initial")
        else "tell the component where it starts: `initial = ...`"
        if any("." in name for name in path)
        else f"give `{path[0]}` a number at the start"
        if len(path) == 1
        else "give one of them a number at the start, for example the stock among them",
    )


def unused_parameter(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "unused-parameter",
        f"nothing reads the parameter `{name}`",
        span,
        severity=Severity.WARNING,
        hint="use it or remove it",
    )


def division_by_zero(divisor: str, span: Span, component: str = "") -> Diagnostic:
    what = "this divides by 0" if divisor in ("0", "(0)") else f"this divides by `{divisor}`, which is 0"
    if component:
        what = f"`{component}` divides by its `{divisor}`, which is 0 here"
    return Diagnostic(
        "division-by-zero",
        what,
        span,
        hint="change the divisor, or guard it: `if x == 0 then 0 else y / x`",
    )


def range_reversed(name: str, low: str, high: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "range-reversed",
        f"the range of `{name}` runs from {low} down to {high}",
        span,
        hint="write the smaller end first",
    )


def value_outside_range(name: str, value: str, low: str, high: str, unit: str, span: Span | None) -> Diagnostic:
    measured = "" if unit == "1" else f" {unit}"
    return Diagnostic(
        "value-outside-range",
        f"`{name}` is {value}{measured}, outside its own range {low} .. {high}{measured}",
        span,
        hint="widen the range or change the value",
    )


def table_unsorted(name: str, previous: str, x: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "table-unsorted",
        f"the points of table `{name}` must go up: {x} follows {previous}",
        span,
        hint="sort the points by their first number",
    )


def table_too_short(name: str, span: Span) -> Diagnostic:
    return Diagnostic("table-too-short", f"table `{name}` has one point; it needs two", span, hint="add a point (x, y)")


def shorter_than_step(what: str, time: str, step: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "step-too-large",
        f"a step of {step} is too large: {what} is {time}, and must be at least a step",
        span,
        hint=f"use a step of at most {time}",
    )


def no_time_back(what: str, time: str, step: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "value-outside-range", f"{what} is {time}, and must be above 0", span, hint=f"give it at least a step: {step}"
    )


def step_too_large(
    name: str, time: str, least: str, step: str, severity: Severity, span: Span, note: Note | None
) -> Diagnostic:
    return Diagnostic(
        "step-too-large",
        f"a step of {step} is too large for `{name}`, which moves on within {time}",
        span,
        severity=severity,
        notes=() if note is None else (note,),
        hint=f"use a step of at most {least}, or a lower order",
    )


def time_outside_run(what: str, time: str, start: str, stop: str, hint: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "time-outside-run",
        f"{what} is about {time}, but the simulation runs from {start} to {stop}",
        span,
        hint=hint,
    )


def override_twice(scenario: str, name: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "duplicate-name",
        f"scenario `{scenario}` sets `{name}` twice for the same time",
        span,
        notes=(Note("set here first", first),),
        hint="keep one of the two, or let the second start later: `from ...`",
    )


def unknown_scenario(name: str, known: Sequence[str], span: Span | None) -> Diagnostic:
    listed = ", ".join(f"`{scenario}`" for scenario in known) or "none"
    return Diagnostic(
        "unknown-scenario",
        f"there is no scenario `{name}`{did_you_mean(name, known)}",
        span,
        hint=f"the model has {listed}",
    )


def unknown_section(name: str, known: Sequence[str], span: Span) -> Diagnostic:
    return Diagnostic(
        "unknown-section",
        f"a report has no section `{name}`{did_you_mean(name, known)}",
        span,
        hint="there are " + ", ".join(f"`{section}`" for section in known),
    )


def value_in_text(text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "value-in-text",
        f"`{{{{ {text} }}}}` is no value that a text can show",
        span,
        hint="write `{{ staff at 2030 }}` or `{{ staff at 2030 under freeze }}`",
    )


def split_in_text(name: str, element: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "value-in-text",
        f"`{name}` is split, and a text can show one value of it",
        span,
        hint=f"pick an element: `{{{{ {element} at ... }}}}`",
    )


def text_as_value(span: Span) -> Diagnostic:
    return Diagnostic(
        "text-as-value", "a text in quotation marks has no value", span, hint="write a number or a name without quotes"
    )


def table_in_plot(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "function-without-arguments",
        f"`{name}` is a table; what is shown over time are variables",
        span,
        hint=f"declare `aux read_{name} = {name}(...)` and name that",
    )


def _a(kind: str) -> str:
    """`a stock`, `an auxiliary`."""
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"


def under_outside_expect(text: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "under-outside-expect",
        f"a scenario can be asked for `{text}` in an `expect` only",
        span,
        hint="an equation knows its own run; what differs by scenario is a parameter that scenarios change",
    )


def hole_without_range(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "hole-without-range",
        f"nobody knows `{name}`, and nothing says in which range it lies",
        span,
        hint=f"write `param {name} = ? in 5% .. 20% per year`",
    )


def duration_unfit(what: str, duration: str, length: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "duration-unfit",
        f"{what} is {duration}; it has to be above 0 and not above the {length} of the run",
        span,
        hint="write a shorter time, or let the run go on longer",
    )
