"""What is said to the person at the terminal: diagnostics in the format asked for, with or without colour.

Diagnostics and remarks go to standard error, so that standard output is data.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TypeVar

import click

from sdlang.diagnostics import Diagnostic, ModelError, in_order
from sdlang.render import COLOUR, FORMATS, NO_COLOUR, Palette, text

HAS_ERRORS = 1
FAILED = 3

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Messages:
    """How to speak: a format of `render.FORMATS`, and `auto`, `always` or `never` for colour."""

    format: str
    colour: str

    def render(self, diagnostics: Iterable[Diagnostic], stream: IO[str]) -> str:
        """The diagnostics in order, as they are written to a stream."""
        ordered: Sequence[Diagnostic] = in_order(diagnostics)
        return text(ordered, self.palette(stream)) if self.format == "text" else FORMATS[self.format](ordered)

    def show(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Writes diagnostics, if there are any, to standard error."""
        ordered = in_order(diagnostics)
        if ordered:
            click.echo(self.render(ordered, sys.stderr), err=True, color=True)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Says what is wrong with a model, and ends the command."""
        try:
            yield
        except ModelError as mistakes:
            self.show(mistakes.diagnostics)
            raise click.exceptions.Exit(HAS_ERRORS) from None

    def palette(self, stream: IO[str]) -> Palette:
        return COLOUR if is_coloured(stream, self.colour) else NO_COLOUR


def is_coloured(stream: IO[str], wish: str) -> bool:
    """Whether to write colour: as told, else by NO_COLOR and FORCE_COLOR, else on terminals that can."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def message_options(command: AnyCommand) -> AnyCommand:
    """The options `--format` and `--color`, for every command that shows diagnostics."""
    for option in (
        click.option(
            "--color",
            "colour",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="Colour in messages; NO_COLOR and FORCE_COLOR are heeded.",
        ),
        click.option(
            "--format",
            "message_format",
            type=click.Choice(list(FORMATS)),
            default="text",
            show_default=True,
            help="How errors and warnings are written.",
        ),
    ):
        command = option(command)
    return command
