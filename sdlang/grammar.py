"""Where the data that ship with the code lie: the grammar, the error pages.

In a wheel they are inside the package (`sdlang/_grammar`, `sdlang/_errors`); in a checkout and an editable install
they stand at the top of the repository, where people read them.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(packaged: str, checkout: str) -> Path:
    """The folder `packaged` of the package if it is there, else `checkout` of the repository."""
    inside = PACKAGE / packaged
    return inside if inside.is_dir() else PACKAGE.parent / checkout


def grammar_file(name: str) -> Path:
    return folder("_grammar", "grammar") / name


def error_pages() -> Path:
    return folder("_errors", "docs/errors")
