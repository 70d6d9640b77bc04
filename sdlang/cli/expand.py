"""`sdrun expand MODEL.sd`: the flat model, in which every variable is declared."""

from __future__ import annotations

import click

from sdlang import compiler
from sdlang.cli import files
from sdlang.cli.messages import Messages, message_options
from sdlang.cli.models import open_model


@click.command()
@click.argument("model", metavar="MODEL.sd", type=click.Path(allow_dash=True))
@click.option("-o", "--output", default=files.STANDARD_OUTPUT, help="Write to this file instead of standard output.")
@message_options
def expand(model: str, output: str, message_format: str, colour: str) -> None:
    """Print the flat model: components, split flows and strata written out, every variable declared with its unit.

    It is a model like any other and runs to the same numbers. MODEL.sd may be - for standard input.
    """
    messages = Messages(message_format, colour)
    with messages.errors():
        source, read = open_model(model)
        text = compiler.expand(compiler.check(source, read))
    files.write_or_print(output, text)
