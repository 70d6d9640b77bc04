"""What the Tab key finds in a model: the names of its scenarios, and of combinations of them."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from sdlang.compiler import read_source
from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.model.extending import AND
from sdlang.model.scenario import BASE
from sdlang.model.settings import ALL
from sdlang.syntax import tree
from sdlang.syntax.parser import parse


def scenarios_to_run(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """For `--scenario`: scenarios of the model that stands before it, `base` and `all`."""
    return _completed(_model(context), {BASE: "without a scenario", ALL: "every scenario"}, incomplete)


def scenarios_to_compare(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """For `sdrun diff`: files, and behind a model its scenarios."""
    model = _model(context)
    named = [] if model is None else _completed(model, {BASE: "without a scenario"}, incomplete)
    return [*named, CompletionItem(incomplete, type="file")]


def _model(context: click.Context) -> str | None:
    """The model that was named so far. An option without its value yet, which is being completed, leaves it among the
    arguments that are not read."""
    named = (context.params.get("model"), *(context.params.get("models") or ()), *context.args)
    return next((name for name in named if name), None)


def _completed(model: str | None, others: dict[str, str], incomplete: str) -> list[CompletionItem]:
    before, joined, begun = incomplete.rpartition(AND)
    names = _scenarios(model)
    if not joined:
        names = {**others, **names}
    used = before.split(AND)
    return [
        CompletionItem(f"{before}{joined}{name}", help=label)
        for name, label in names.items()
        if name.startswith(begun) and name not in used
    ]


def _scenarios(model: str | None) -> dict[str, str]:
    """The names of a model's scenarios, with their labels; none where there is no such model."""
    if model is None:
        return {}
    try:
        source = read_source(Path(model))
    except (OSError, ModelError):
        return {}
    unread: list[Diagnostic] = []
    declared = [each for each in parse(source, unread).declarations if isinstance(each, tree.Scenario)]
    return {each.name.text: each.label for each in declared}
