"""What is not installed unless asked for, and the one sentence that is said when it is missing."""

from __future__ import annotations


class MissingExtra(Exception):
    """A feature needs a package that an extra of sdlang brings."""

    def __init__(self, package: str, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(f"this needs {package}: `pip install sdlang[{extra}]`")
