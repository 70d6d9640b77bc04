"""Excel workbooks (`.xlsx`): a zip archive of XML parts, which python-calamine reads.

Two things are seen to before that, since a workbook of a few kilobytes can ask for more memory than there is. Its parts
are unpacked here, up to a limit on their sizes together, and packed anew: the reader sees what was counted and nothing
else. And its sheets are looked through for how far apart their cells stand and how much text they hold: the reader
makes a table from the first cell to the last, and a copy of a text for every cell that shares it, and where memory ends
it takes the process with it. What is no sound workbook is refused here too.

Not read: `.xls`, `.xlsb`, `.ods`, and workbooks that need a password.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from io import BytesIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from sdlang.diagnostics import Diagnostic
from sdlang.extras import MissingExtra
from sdlang.model import data_errors as errors
from sdlang.model.sheets import MOST_CELLS, Cell, Sheet, sheet_of
from sdlang.syntax import tree

LARGEST_UNPACKED = 200_000_000
MOST_PARTS = 10_000
MOST_TEXT = 100_000_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of a sheet in Excel

ZIP = b"PK"
COMPOUND = b"\xd0\xcf\x11\xe0"  # how .xls files begin, and .xlsx files with a password
PARTS = (".xml", ".rels")
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
ROW_NUMBER = re.compile(r"[0-9]{1,7}")
IS_ENCRYPTED = 1
SAVE_AGAIN = "open it in Excel and save it again as .xlsx, or save the sheet as CSV"


class _Refused(Exception):
    """What is wrong with the workbook: what it is instead of sound, or which limit it passes (`is_large`)."""

    def __init__(self, reason: str, hint: str = "", is_large: bool = False) -> None:
        self.reason, self.hint, self.is_large = reason, hint, is_large
        super().__init__(reason)


class _PanicIsRefused:
    """A panic of the reader's Rust comes as an exception that Python cannot import: it is known by its name."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and kind.__name__ == "PanicException":
            raise _Refused("is damaged", SAVE_AGAIN)


def excel_sheet(content: bytes, path: tree.Text, wanted: tree.Text | None, found: list[Diagnostic]) -> Sheet | None:
    """The rows of a sheet of a workbook, of the first one unless one is named. Raises MissingExtra."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum
    except ImportError:
        raise MissingExtra("python-calamine", "data") from None
    place = f'"{path.value}"'
    try:
        parts = _parts(content)
        _check_sizes(parts)
        with _PanicIsRefused(), CalamineWorkbook.from_filelike(BytesIO(_packed(parts))) as book:
            names = [each.name for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
            if wanted is not None and wanted.value not in names:
                found.append(errors.unknown_sheet(wanted.value, place, names, wanted.span))
                return None
            if not names:
                found.append(errors.empty_file(place, path.span))
                return None
            name = names[0] if wanted is None else wanted.value
            place = f"{place}, sheet `{name}`"
            sheet = book.get_sheet_by_name(name)
            first_row, first_column = sheet.start or (0, 0)
            written = sheet.to_python()
    except _Refused as problem:
        told = errors.workbook_too_large if problem.is_large else errors.not_a_workbook
        found.append(told(place, problem.reason, problem.hint, path.span))
        return None
    except (CalamineError, OSError, ValueError):
        found.append(errors.not_a_workbook(place, "is damaged", SAVE_AGAIN, path.span))
        return None
    return sheet_of(_records(written, first_row, first_column), path, place, found)


def _records(
    written: Sequence[Sequence[object]], first_row: int, first_column: int
) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, cells in enumerate(written, first_row + 1):
        yield number, [*[""] * first_column, *map(_cell, cells)]


def _cell(value: object) -> Cell:
    match value:
        case str():
            return value.replace("\0", "")
        case bool():
            return str(value).upper()
        case int() | float():
            return float(value)
        case date():
            return value
        case time() | timedelta():
            return str(value)
        case _:
            return ""


def _parts(content: bytes) -> Mapping[str, bytes]:
    """The XML parts of a workbook, unpacked."""
    if content.startswith(COMPOUND):
        raise _Refused("is an old .xls workbook or needs a password", "save it as .xlsx without a password, or as CSV")
    if not content.startswith(ZIP):
        raise _Refused("is no Excel workbook", "a workbook is a .xlsx file; a text is read by `csv(...)`")
    parts: dict[str, bytes] = {}
    left = LARGEST_UNPACKED
    try:
        with ZipFile(BytesIO(content)) as archive:
            listed = [each for each in archive.infolist() if each.filename.endswith(PARTS)]
            if len(listed) > MOST_PARTS or sum(each.file_size for each in listed) > LARGEST_UNPACKED:
                raise _Refused(f"unpacks to more than {LARGEST_UNPACKED:,} bytes", is_large=True)
            for each in listed:
                if each.flag_bits & IS_ENCRYPTED:
                    raise _Refused("needs a password", "save it without a password, or as CSV")
                with archive.open(each) as packed:
                    parts[each.filename] = packed.read(left + 1)
                left -= len(parts[each.filename])
                if left < 0:
                    raise _Refused(f"unpacks to more than {LARGEST_UNPACKED:,} bytes", is_large=True)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise _Refused("is damaged", SAVE_AGAIN) from None
    if "xl/workbook.xml" not in parts:
        raise _Refused("is no .xlsx workbook", "save it as .xlsx, or save the sheet as CSV")
    return parts


def _packed(parts: Mapping[str, bytes]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _check_sizes(parts: Mapping[str, bytes]) -> None:
    """Refuse sheets that the reader would need too much memory for, and parts that are no sound XML."""
    scans = [_Scan(content) for content in parts.values()]
    lengths = [scan.lengths for scan in scans if scan.root == "sst"]
    if len(lengths) > 1:
        raise _Refused("is damaged", SAVE_AGAIN)
    for scan in scans:
        if scan.cells > MOST_CELLS:
            hint = "delete what stands far from the data, or save the sheet as CSV"
            raise _Refused(f"has {scan.cells:,} cells; the limit is {MOST_CELLS:,}", hint, is_large=True)
        shared = lengths[0] if lengths else []
        try:
            text = sum(shared[number] for number in scan.shared)
        except IndexError:
            raise _Refused("is damaged", SAVE_AGAIN) from None
        if text > MOST_TEXT:
            raise _Refused(f"has {text:,} characters; the limit is {MOST_TEXT:,}", is_large=True)


class _Scan:
    """What one part says of sizes: `root` is its outermost element, `cells` the size of the table from the first cell
    to the last, `shared` the numbers of the texts that its cells share, `lengths` those of the shared texts."""

    def __init__(self, content: bytes) -> None:
        self.root = ""
        self.lengths: list[int] = []
        self.shared: list[int] = []
        self._row, self._column = 0, 0
        self._rows, self._columns = (LAST_ROW, 0), (LAST_COLUMN, 0)
        self._is_shared = self._is_value = False
        self._text: list[str] = []
        parser = expat.ParserCreate("UTF-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError):
            raise _Refused("is damaged", SAVE_AGAIN) from None

    @property
    def cells(self) -> int:
        (top, bottom), (left, right) = self._rows, self._columns
        return max(bottom - top + 1, 0) * max(right - left + 1, 0)

    def _doctype(self, *_: object) -> None:
        raise _Refused("is damaged", SAVE_AGAIN)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self.root:
            self.root = local
        if self.root == "worksheet":
            match local:
                case "row":
                    self._row, self._column = self._row_number(attributes.get("r")), 0
                case "c":
                    self._place(attributes.get("r"))
                    self._is_shared = attributes.get("t") == "s"
                case "v" | "is" | "f":
                    self._rows = (min(self._rows[0], self._row), max(self._rows[1], self._row))
                    self._columns = (min(self._columns[0], self._column), max(self._columns[1], self._column))
                    self._is_value = self._is_shared and local == "v"
                    self._text.clear()
        elif self.root == "sst" and local == "si":
            self.lengths.append(0)

    def _row_number(self, written: str | None) -> int:
        number = self._row + 1
        if written is not None:
            if not ROW_NUMBER.fullmatch(written):
                raise _Refused("is damaged", SAVE_AGAIN)
            number = int(written)
        if not self._row <= number <= LAST_ROW:
            raise _Refused("is damaged", SAVE_AGAIN)
        return number

    def _place(self, reference: str | None) -> None:
        """Go to the cell of a reference (`AB12`), or to the one beside the last."""
        if reference is None:
            self._column += 1
        else:
            parts = REFERENCE.fullmatch(reference)
            if not parts:
                raise _Refused("is damaged", SAVE_AGAIN)
            self._row = self._row_number(parts[2])
            self._column = 0
            for letter in parts[1].upper():
                self._column = self._column * 26 + ord(letter) - ord("A") + 1
        if not (0 < self._row and self._column <= LAST_COLUMN):
            raise _Refused("is damaged", SAVE_AGAIN)

    def _characters(self, text: str) -> None:
        if self._is_value:
            self._text.append(text)
        elif self.lengths:
            self.lengths[-1] += len(text)

    def _end(self, name: str) -> None:
        if self._is_value and name.rpartition(":")[2] == "v":
            self._is_value = False
            number = "".join(self._text).strip()
            if not (number.isascii() and number.isdigit() and len(number) < 10):
                raise _Refused("is damaged", SAVE_AGAIN)
            self.shared.append(int(number))
