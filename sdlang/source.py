"""Where a text came from and which part of it is meant.

Every declaration, expression and diagnostic points into a `Source` by a `Span` of character offsets. Lines and
columns are worked out only when something is printed, so that parsing pays nothing for them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A text and the name a reader knows it by (a path, `<stdin>`, `stdlib/delay.sd`)."""

    name: str
    text: str = field(repr=False)

    def line_starts(self) -> list[int]:
        """Offsets at which the lines begin."""
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return starts


@dataclass(frozen=True, slots=True)
class Position:
    """A place as people count it: the first character of a text is line 1, column 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` (included) to `end` (excluded) of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The span from where this one begins to where `other` ends."""
        return Span(self.source, self.start, max(self.end, other.end))

    def contains(self, other: Span) -> bool:
        """Whether another span lies within this one."""
        return self.source is other.source and self.start <= other.start and other.end <= self.end

    def position(self) -> Position:
        """Line and column at which the span begins."""
        return self._locate(self.start)

    def end_position(self) -> Position:
        """Line and column just behind the last character."""
        return self._locate(self.end)

    def _locate(self, offset: int) -> Position:
        starts = self.source.line_starts()
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)
