"""The assumptions of a model: every parameter with what is known of it, and where that was found.

What nobody knows comes first. Sources are numbered in the order in which they are first used, each with what rests on
it; how many assumptions have none is said at the head.
"""

from __future__ import annotations

from typing import Any

from sdlang.model.constants import constant_values
from sdlang.model.expressions import references
from sdlang.model.model import Evidence, Model, Parameter
from sdlang.report.charts import label_of
from sdlang.report.numbers import with_unit
from sdlang.results.outcome import Outcome

Plain = dict[str, Any]


def assumed(model: Model) -> tuple[Parameter, ...]:
    """The parameters that the modeller declared with a value: those that are computed from others assume nothing."""
    return tuple(
        each for each in model.parameters() if not each.is_hidden and (each.is_hole or not references(each.value))
    )


def sourced(model: Model) -> tuple[int, int]:
    """How many assumptions have a source, and how many there are."""
    found = assumed(model)
    return sum(bool(each.evidence and each.evidence.source) for each in found), len(found)


def is_told(model: Model) -> bool:
    """Whether the model says anything of what its assumptions rest on."""
    return any(each.evidence or each.spread or each.is_hole for each in model.parameters())


def assumptions(outcome: Outcome) -> Plain | None:
    """The table, the sources, and how many assumptions have none."""
    model = outcome.model
    if not is_told(model):
        return None
    found = sorted(assumed(model), key=lambda each: not each.is_hole)
    numbers: dict[str, int] = {}
    for parameter in found:
        if parameter.evidence is not None and parameter.evidence.source:
            numbers.setdefault(parameter.evidence.source, len(numbers) + 1)
    values = constant_values(model.variables)
    with_source, count = sourced(model)
    return {
        "rows": [_row(each, values.get(each.name), numbers, model) for each in found],
        "sources": [
            {"number": number, "text": text, "of": ", ".join(label_of(model, n) for n in _resting(text, found))}
            for text, number in numbers.items()
        ],
        "count": count,
        "without": count - with_source,
        "share": f"{100 * (count - with_source) / count:.0f} %" if count else "",
        "holes": sum(each.is_hole for each in found),
    }


def _row(parameter: Parameter, value: object, numbers: dict[str, int], model: Model) -> Plain:
    evidence = parameter.evidence or Evidence()
    unit, scale = parameter.unit.text, parameter.scale
    low, high = parameter.low, parameter.high
    return {
        "label": label_of(model, parameter.name),
        "is_hole": parameter.is_hole,
        "value": with_unit(value / scale, unit) if isinstance(value, float) else "by element",
        "range": ""
        if low is None or high is None
        else f"{with_unit(low / scale, unit)} to {with_unit(high / scale, unit)}",
        "distribution": "" if parameter.spread is None else parameter.spread.text,
        "source": numbers.get(evidence.source, ""),
        "dated": evidence.dated,
        "confidence": evidence.confidence,
    }


def _resting(source: str, found: list[Parameter]) -> list[str]:
    return [each.name for each in found if each.evidence is not None and each.evidence.source == source]
