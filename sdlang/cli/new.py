"""`sdrun new NAME`: a commented model to start from."""

from __future__ import annotations

from pathlib import Path

import click

from sdlang.cli import files

STARTER = Path(__file__).with_name("starter.sd")
USAGE = 2


@click.command()
@click.argument("name", default="model.sd", type=click.Path())
def new(name: str) -> None:
    """Write a commented model to start from; NAME is a file, by default model.sd."""
    path = Path(name) if name.endswith(".sd") else Path(f"{name}.sd")
    try:
        files.create(path, STARTER.read_text(encoding="utf-8"))
    except FileExistsError:
        raise click.UsageError(f"`{path}` is there already, and stays as it is; choose another name") from None
    click.echo(f"{path}: run it with `sdrun {path}`", err=True)
