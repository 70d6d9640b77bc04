"""`sdrun check FILE...`: what is wrong with models, and the units of their variables; nothing is run."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from sdlang.cli.messages import HAS_ERRORS, Messages, message_options
from sdlang.cli.models import model_files, open_model
from sdlang.compiler import check as check_model
from sdlang.diagnostics import Diagnostic, ModelError, has_errors
from sdlang.model.indexing import shown
from sdlang.model.model import Model
from sdlang.model.unit_check import unit_table
from sdlang.render import visible, width

# Formats for other programs: what they say is the data that was asked for, so it goes to standard output.
FOR_PROGRAMS = ("json", "sarif")


@click.command()
@click.argument("models", metavar="FILE...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--units", is_flag=True, help="List every variable with its unit; those nobody wrote are marked.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing about models without mistakes.")
@message_options
def check(models: tuple[str, ...], units: bool, quiet: bool, message_format: str, colour: str) -> None:
    """Say what is wrong with models, without running them. FILE may be a folder, or - for standard input."""
    messages = Messages(message_format, colour)
    everything: list[Diagnostic] = []
    for name in model_files(models):
        found: Sequence[Diagnostic]
        try:
            source, read = open_model(name)
            checked = check_model(source, read)
            found = checked.warnings
            if units:
                click.echo(as_columns(_with_dimensions(checked.model)))
        except ModelError as mistakes:
            found = mistakes.diagnostics
        everything += found
        if message_format not in FOR_PROGRAMS:
            messages.show(found)
            if not quiet and not has_errors(found):
                click.echo(
                    f"{visible(name)}: no mistakes" if not found else f"{visible(name)}: warnings only", err=True
                )
    if message_format in FOR_PROGRAMS:
        click.echo(messages.render(everything, sys.stdout))
    if has_errors(everything):
        raise click.exceptions.Exit(HAS_ERRORS)


def _with_dimensions(model: Model) -> Sequence[tuple[str, str, bool]]:
    """The units of a model, a name with what it is split by: `staff[region]`."""
    rows = []
    for name, unit, inferred in unit_table(model):
        split = ", ".join(shown(axis) for axis in model.variables[name].axes)
        rows.append((f"{name}[{split}]" if split else name, unit, inferred))
    return rows


def as_columns(rows: Sequence[tuple[str, str, bool]]) -> str:
    """Names and units in columns, and `inferred` after a unit that nobody wrote."""
    shown = [(visible(name), visible(unit), inferred) for name, unit, inferred in rows]
    widest = max((width(name) for name, _, _ in shown), default=0)
    unit_width = max((width(unit) for _, unit, _ in shown), default=0)
    return "\n".join(
        (f"{_padded(name, widest)}  {_padded(unit, unit_width)}  " + ("inferred" if inferred else "")).rstrip()
        for name, unit, inferred in shown
    )


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))
