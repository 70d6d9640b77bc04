"""Writing files, whole or not at all: the one place that opens a file for writing.

A text goes into a temporary file in the same folder, which then takes the name in one step. An interrupted command
leaves what was there before.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

import click

STANDARD_OUTPUT = "-"


def keep_apart(written: Sequence[str], read: Sequence[str]) -> None:
    """Raises UsageError if two things would be written to one place, or one over a file that is read."""
    places: set[str | Path] = set()
    for name in written:
        place = name if name == STANDARD_OUTPUT else Path(name).resolve()
        if place in places:
            where = "standard output" if name == STANDARD_OUTPUT else f"`{name}`"
            raise click.UsageError(f"two results cannot both go to {where}; name a file for each")
        if isinstance(place, Path) and any(place == Path(other).resolve() for other in read):
            raise click.UsageError(f"`{name}` is what the run reads, and stays as it is; name another file")
        if not isinstance(place, Path) or place.is_file() or not place.exists():  # /dev/null takes everything
            places.add(place)


def write(path: Path, text: str) -> None:
    """Replaces a file, or makes it. What is no ordinary file (`/dev/stdout`, a pipe) is written to as it stands."""
    target = path.resolve()  # a link stays a link: what it points to is replaced
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")
        return
    with _temporary(path, target, text) as temporary:
        os.replace(temporary, target)  # noqa: PTH105


def create(path: Path, text: str) -> None:
    """Makes a file. Raises FileExistsError where there is one, which then stays as it is."""
    with _temporary(path, path, text) as temporary:
        os.link(temporary, path)
        temporary.unlink()


def write_or_print(destination: str, text: str) -> None:
    """Writes to a file, or to standard output for `-`."""
    if destination == STANDARD_OUTPUT:
        click.echo(text, nl=False, color=True)
    else:
        write(Path(destination), text)


@contextmanager
def _temporary(named: Path, target: Path, text: str) -> Iterator[Path]:
    """A file beside the target with the text in it; gone again unless it was moved. Errors name what the user named."""
    if not target.parent.is_dir():
        raise FileNotFoundError(2, "there is no such folder", str(named.parent))
    try:
        handle, name = mkstemp(dir=target.parent, prefix=f".{target.name[:100]}-", suffix=".tmp")
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(named)) from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_permissions(target))
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _permissions(target: Path) -> int:
    """Those of the file that is replaced, or what a new file gets."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
