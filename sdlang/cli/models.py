"""Which texts a command is about: model files, folders of them, or standard input (`-`)."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import click

from sdlang.compiler import read_source
from sdlang.diagnostics import ModelError, did_you_mean
from sdlang.model.data import Reader
from sdlang.model.folder import reader_of
from sdlang.source import Source
from sdlang.syntax.errors import not_text

STANDARD_INPUT = "-"


class NoSuchModel(click.ClickException):
    """A model file that is not there or cannot be read."""

    exit_code = 2


def open_model(name: str, verbs: Collection[str] = ()) -> tuple[Source, Reader]:
    """The text of a model, and what reads the data files in its folder. `-` is standard input, with data in the
    folder of the command. `verbs` are what a name that is no file may have been meant for."""
    if name == STANDARD_INPUT:
        return _standard_input(), reader_of(Path.cwd())
    path = Path(name)
    if path.is_dir():
        raise NoSuchModel(f"`{name}` is a folder; name a model file in it")
    try:
        return read_source(path), reader_of(path.parent)
    except FileNotFoundError:
        beside = sorted(path.parent.glob("*.sd")) if path.parent.is_dir() else []
        meant = did_you_mean(name, [*(str(other) for other in beside), *verbs])
        raise NoSuchModel(f"there is no file `{name}`{meant}") from None


def model_files(names: Sequence[str]) -> Iterator[str]:
    """The names, with folders replaced by the model files in them, at any depth."""
    for name in names:
        if name != STANDARD_INPUT and Path(name).is_dir():
            files = sorted(Path(name).rglob("*.sd"))
            if not files:
                raise NoSuchModel(f"there is no model file (`*.sd`) in `{name}`")
            yield from (str(file) for file in files)
        else:
            yield name


def _standard_input() -> Source:
    name = "<stdin>"
    try:
        return Source(name, sys.stdin.buffer.read().decode("utf-8"))
    except UnicodeDecodeError as problem:
        what = f"byte {problem.start + 1} is no UTF-8"
        raise ModelError([not_text(Source(name, ""), what)]) from None
