"""`sdrun fmt FILE...`: model files in the one layout, in place. A file that cannot be read is left as it is."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import click

from sdlang.cli import files
from sdlang.cli.messages import HAS_ERRORS, Messages, message_options
from sdlang.cli.models import STANDARD_INPUT, model_files, open_model
from sdlang.diagnostics import Diagnostic, ModelError, has_errors
from sdlang.syntax.parser import parse
from sdlang.syntax.printer import print_file


@click.command()
@click.argument("models", metavar="FILE...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if a file would change.")
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; print what would change.")
@message_options
def fmt(models: tuple[str, ...], only_check: bool, show_diff: bool, message_format: str, colour: str) -> None:
    """Lay out model files in the one way, in place.

    FILE may be a folder, or - to read standard input and write standard output.
    """
    messages = Messages(message_format, colour)
    is_failing = False
    for name in model_files(models):
        found: list[Diagnostic] = []
        try:
            source, _ = open_model(name)
            formatted = print_file(parse(source, found))
        except ModelError as mistakes:
            found += mistakes.diagnostics
        if has_errors(found):
            messages.show(found)
            is_failing = True
            continue
        changed = formatted != source.text
        if show_diff:
            click.echo("".join(difference(name, source.text, formatted)), nl=False)
        if only_check:
            if changed:
                click.echo(f"{name}: would change", err=True)
            is_failing = is_failing or changed
        elif show_diff:
            continue
        elif name == STANDARD_INPUT:
            click.echo(formatted, nl=False)
        elif changed:
            files.write(Path(name), formatted)
            click.echo(f"{name}: changed", err=True)
    if is_failing:
        raise click.exceptions.Exit(HAS_ERRORS)


def difference(name: str, old: str, new: str) -> list[str]:
    """A unified diff, as patch reads it."""
    lines: list[str] = []
    for line in unified_diff(old.splitlines(True), new.splitlines(True), name, f"{name} (formatted)"):
        lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return lines
