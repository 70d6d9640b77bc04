"""What tests of data files share: files that are a dictionary, a line that names one, workbooks made on the spot."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

import openpyxl

from sdlang.diagnostics import Diagnostic
from sdlang.model.data import UnreadableData
from sdlang.source import Source
from sdlang.syntax import tree
from sdlang.syntax.parser import parse


class Files:
    """A Reader of files that are given as text or bytes."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self.files = files

    def __call__(self, path: str, /) -> str:
        return self.content(path).decode("utf-8")

    def content(self, path: str, /) -> bytes:
        if path not in self.files:
            raise UnreadableData("missing-file", "does not exist")
        found = self.files[path]
        return found.encode("utf-8") if isinstance(found, str) else found


def call(written: str) -> tree.Call:
    """`csv("d.csv")`, as the parser gives it."""
    found: list[Diagnostic] = []
    file = parse(Source("a.sd", f"series s = {written}\n"), found)
    assert not found
    (series,) = file.declarations
    assert isinstance(series, tree.Series)
    return series.reader


def workbook(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """The bytes of an .xlsx file with these rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()
