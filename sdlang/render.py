"""How diagnostics are shown: as text with the source under them, a line each, JSON or SARIF.

One value, many renderers; `FORMATS` is the table of them. Text is laid out by display width, so that carets stand
under what they mean with tabs, wide characters and combining marks in the line; characters that would move the cursor
or turn the direction of a terminal are shown as signs. Nothing here interprets markup: `[person]` is only text.
"""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import MappingProxyType
from urllib.parse import quote

from sdlang.diagnostics import Diagnostic, Note, Severity
from sdlang.source import Source, Span
from sdlang.version import __version__

WIDEST_LINE = 100
TAB = 4
# A span over more lines than this is shown by its first lines and its last one.
MOST_LINES = 4
# A message may quote a name from a file that is no model: megabytes without a blank.
LONGEST_MESSAGE = 1_000
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

# Left-to-right and right-to-left marks, embeddings, overrides and isolates: they can make a line look like another one.
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Blanks of no width, soft hyphen and word joiner: a name that holds one looks like another name.
UNSEEN = frozenset("\u00ad\u180e\u200b\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class Palette:
    """What is written before each kind of text, and `reset` after it; all empty: no colour."""

    error: str = ""
    warning: str = ""
    message: str = ""
    faint: str = ""
    hint: str = ""
    reset: str = ""

    def paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{self.reset}" if colour else text


NO_COLOUR = Palette()
COLOUR = Palette(
    error="\x1b[1;31m", warning="\x1b[1;33m", message="\x1b[1m", faint="\x1b[2m", hint="\x1b[36m", reset="\x1b[0m"
)


class _Places:
    """Line and column of offsets, with the line starts of each source worked out once."""

    def __init__(self) -> None:
        self._starts: dict[Source, list[int]] = {}

    def starts(self, source: Source) -> list[int]:
        if source not in self._starts:
            self._starts[source] = source.line_starts()
        return self._starts[source]

    def locate(self, source: Source, offset: int) -> tuple[int, int]:
        """Line and column, both counted from 1."""
        starts = self.starts(source)
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, source: Source, number: int) -> str:
        """The text of a line, without its end."""
        starts = self.starts(source)
        stop = starts[number] - 1 if number < len(starts) else len(source.text)
        return source.text[starts[number - 1] : stop].removesuffix("\r")


def plain(diagnostics: Sequence[Diagnostic]) -> str:
    """The diagnostics as text without colour."""
    return text(diagnostics, NO_COLOUR)


def text(diagnostics: Sequence[Diagnostic], palette: Palette) -> str:
    """Each diagnostic with the lines it is about, a blank line between two."""
    places = _Places()
    return "\n\n".join("\n".join(_paragraph(diagnostic, palette, places)) for diagnostic in diagnostics)


def one_line(diagnostics: Sequence[Diagnostic]) -> str:
    """`FILE:LINE:COLUMN: error[CODE]: message (hint)`, a line each."""
    places = _Places()
    return "\n".join(
        _place(diagnostic.span, places, ": ")
        + f"{diagnostic.severity}[{diagnostic.code}]: {_said(diagnostic.message)}"
        + (f" ({_said(diagnostic.hint)})" if diagnostic.hint else "")
        for diagnostic in diagnostics
    )


def to_json(diagnostics: Sequence[Diagnostic]) -> str:
    """One object with `schema`, 1, and `diagnostics`. Lines, and columns in characters, are counted from 1, an end is
    the place after the last character, and `offset` counts characters from 0."""
    places = _Places()
    rows = [
        {
            "code": diagnostic.code,
            "severity": str(diagnostic.severity),
            "message": diagnostic.message,
            "span": _span_as_data(diagnostic.span, places),
            "hint": diagnostic.hint or None,
            "fix": None
            if diagnostic.fix is None
            else {
                "span": _span_as_data(diagnostic.fix.span, places),
                "replacement": diagnostic.fix.replacement,
            },
            "notes": [{"message": note.message, "span": _span_as_data(note.span, places)} for note in diagnostic.notes],
        }
        for diagnostic in diagnostics
    ]
    return json.dumps({"schema": 1, "diagnostics": rows}, ensure_ascii=False, indent=2)


def sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """A SARIF 2.1.0 log of one run. Columns are UTF-16 code units (its default, said in `columnKind`); addresses are
    relative to `%SRCROOT%`, the folder the command ran in."""
    places = _Places()
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": code.replace("-", " ")},
            "help": {"text": f"sdrun explain {code}"},
        }
        for code in codes
    ]
    results = [_sarif_result(diagnostic, codes.index(diagnostic.code), places) for diagnostic in diagnostics]
    driver = {"name": "sdrun", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder that sdrun was started in."}}},
        "results": results,
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


FORMATS: Mapping[str, Callable[[Sequence[Diagnostic]], str]] = MappingProxyType(
    {"text": plain, "one-line": one_line, "json": to_json, "sarif": sarif}
)


def visible(text: str) -> str:
    """Text that takes one line and cannot steer a terminal: control characters become signs such as `␛`."""
    return "".join(map(_sign, text))


def _said(text: str) -> str:
    """A message as it is shown: visible, and cut off where nobody would read on."""
    return visible(text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}…")


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(map(_width_of, text))


def _paragraph(diagnostic: Diagnostic, palette: Palette, places: _Places) -> Iterator[str]:
    colour = palette.error if diagnostic.severity is Severity.ERROR else palette.warning
    headline = palette.paint(colour, f"{diagnostic.severity}[{diagnostic.code}]")
    yield f"{headline}: {palette.paint(palette.message, _said(diagnostic.message))}"
    if diagnostic.span is not None:
        yield from _excerpt(diagnostic.span, colour, palette, places)
    for note in diagnostic.notes:
        yield f"  {palette.paint(palette.faint, 'note:')} {_said(note.message)}"
        if note.span is not None:
            yield from _excerpt(note.span, palette.hint, palette, places)
    for hint in (diagnostic.hint, _said_fix(diagnostic)):
        if hint:
            yield palette.paint(palette.hint, f"  = {_said(hint)}")


def _said_fix(diagnostic: Diagnostic) -> str:
    """The edit in words where no hint says it."""
    if diagnostic.fix is None or diagnostic.hint:
        return ""
    old, new = diagnostic.fix.span.text, diagnostic.fix.replacement
    if not old:
        return f"write `{new}` here"
    return f"write `{new}` instead of `{old}`" if new else f"leave out `{old}`"


def _excerpt(span: Span, colour: str, palette: Palette, places: _Places) -> Iterator[str]:
    """The place, and the source lines that the span covers with carets under them."""
    yield "  " + palette.paint(palette.faint, _place(span, places))
    source = span.source
    if not source.text:
        return
    first, column = places.locate(source, span.start)
    last, stop = places.locate(source, max(span.start, span.end))
    if last > first and stop == 1:  # the span ends with a line end: nothing of the next line is meant
        last, stop = last - 1, len(places.line(source, last - 1)) + 1
    shown = range(first, last + 1)
    left_out = len(shown) > MOST_LINES
    lines = (*shown[: MOST_LINES - 2], shown[-1]) if left_out else tuple(shown)
    margin = len(str(last))
    for number in lines:
        line = places.line(source, number)
        begin = column - 1 if number == first else len(line) - len(line.lstrip())
        end = stop - 1 if number == last else len(line)
        before, meant, excerpt = _clipped(line, begin, max(end, begin))
        if left_out and number == lines[-1]:
            yield "  " + palette.paint(palette.faint, f"{'':{margin}} ...")
        yield "  " + palette.paint(palette.faint, f"{number:>{margin}} |") + f" {excerpt}".rstrip()
        carets = palette.paint(colour, "^" * max(1, meant))
        yield "  " + palette.paint(palette.faint, f"{'':{margin}} |") + f" {'':{before}}{carets}"


def _clipped(line: str, begin: int, end: int) -> tuple[int, int, str]:
    """Display columns before the meant part, of it, and the line, cut to `WIDEST_LINE` columns around its beginning."""
    # Only characters that could be shown are looked at: a line may be megabytes long.
    first, last = max(0, begin - WIDEST_LINE), begin + 2 * WIDEST_LINE
    signs = [_sign(character) for character in line[first:last]]
    widths = [width(sign) for sign in signs]
    begin, end = begin - first, min(end - first, len(signs))
    start = 0
    if len(line) > len(signs) or sum(widths) > WIDEST_LINE:
        # A third of the window stands before the meant part, so that one sees what led to it.
        before, ahead = sum(widths[:begin]), sum(widths[begin:end])
        room = max(WIDEST_LINE // 3, WIDEST_LINE - ahead)
        while start < begin and before > room:
            before -= widths[start]
            start += 1
    stop, room = start, WIDEST_LINE
    while stop < len(signs) and widths[stop] <= room:
        room -= widths[stop]
        stop += 1
    head = "…" if first + start else ""
    tail = "…" if first + stop < len(line) else ""
    meant = sum(widths[begin : min(end, stop)])
    return len(head) + sum(widths[start:begin]), meant, head + "".join(signs[start:stop]) + tail


def _sign(character: str) -> str:
    """What is printed for a character."""
    if character == "\t":
        return " " * TAB
    if character < " ":
        return " " if character in "\r\n" else chr(0x2400 + ord(character))
    if character in DIRECTIONS or character in UNSEEN or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return "\N{REPLACEMENT CHARACTER}"
    return character


def _width_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _place(span: Span | None, places: _Places, after: str = "") -> str:
    """`models/labor.sd:14:12`, or nothing."""
    if span is None:
        return ""
    line, column = places.locate(span.source, span.start)
    return f"{visible(span.source.name)}:{line}:{column}{after}"


def _span_as_data(span: Span | None, places: _Places) -> dict[str, object] | None:
    if span is None:
        return None

    def place(offset: int) -> dict[str, int]:
        line, column = places.locate(span.source, offset)
        return {"line": line, "column": column, "offset": offset}

    return {"file": span.source.name, "start": place(span.start), "end": place(span.end)}


def _sarif_result(diagnostic: Diagnostic, rule: int, places: _Places) -> dict[str, object]:
    hint = f"; {diagnostic.hint}" if diagnostic.hint else ""
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": str(diagnostic.severity),
        "message": {"text": diagnostic.message + hint},
    }
    if diagnostic.span is not None:
        result["locations"] = [{"physicalLocation": _sarif_place(diagnostic.span, places)}]
    related = [_sarif_note(number, note, places) for number, note in enumerate(diagnostic.notes, 1)]
    if related:
        result["relatedLocations"] = related
    if diagnostic.fix is not None:
        place = _sarif_place(diagnostic.fix.span, places)
        replacement = {"deletedRegion": place["region"], "insertedContent": {"text": diagnostic.fix.replacement}}
        changes = [{"artifactLocation": place["artifactLocation"], "replacements": [replacement]}]
        result["fixes"] = [{"artifactChanges": changes}]
    return result


def _sarif_note(number: int, note: Note, places: _Places) -> dict[str, object]:
    related: dict[str, object] = {"id": number, "message": {"text": note.message}}
    if note.span is not None:
        related["physicalLocation"] = _sarif_place(note.span, places)
    return related


def _sarif_place(span: Span, places: _Places) -> dict[str, object]:
    def utf16(offset: int) -> tuple[int, int]:
        line, column = places.locate(span.source, offset)
        before = span.source.text[offset - column + 1 : offset]
        return line, 1 + sum(2 if character > "\uffff" else 1 for character in before)

    start, stop = utf16(span.start), utf16(span.end)
    region = {"startLine": start[0], "startColumn": start[1], "endLine": stop[0], "endColumn": stop[1]}
    return {"artifactLocation": _sarif_address(span.source.name), "region": region}


def _sarif_address(name: str) -> dict[str, str]:
    """Relative to the folder of the command where the file lies in it, else absolute."""
    path = PurePath(name)
    if path.is_absolute():
        folder = Path.cwd()
        if not path.is_relative_to(folder):
            return {"uri": path.as_uri()}
        path = path.relative_to(folder)
    return {"uri": quote(path.as_posix(), safe="/-._~"), "uriBaseId": "%SRCROOT%"}
