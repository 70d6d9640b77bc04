"""Data files of a model: inside its folder and nowhere else.

A path in a model is untrusted. It is relative, it stays below the model's folder whatever `..` and links it goes
through, and the file has a bounded size.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sdlang.diagnostics import nearest
from sdlang.limits import limit
from sdlang.model.data import Reader, UnreadableData

ZIP = b"PK\x03\x04"  # how a workbook begins


def reader_of(folder: Path | None) -> Reader:
    """Reads data files in a folder; without a folder (a model that is no file) there are none."""
    return _Folder(folder)


@dataclass(frozen=True, slots=True)
class _Folder:
    root: Path | None

    def __call__(self, path: str, /) -> str:
        content = self.content(path)
        if content.startswith(ZIP):
            reason = "is no text but a workbook or an archive"
            raise UnreadableData("not-text", reason, f'a workbook is read by `excel("{path}")`')
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            raise UnreadableData("not-text", "is no text in UTF-8", "save it as CSV in UTF-8") from None
        if "\0" in text:
            line = text[: text.index("\0")].count("\n") + 1
            reason = f"is no text: line {line} has a character 0"
            raise UnreadableData("not-text", reason, "save it as CSV in UTF-8")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def content(self, path: str, /) -> bytes:
        file = self._file(path)
        largest = limit("data")
        try:
            with file.open("rb") as opened:
                content = opened.read(largest + 1)
        except OSError as problem:
            raise UnreadableData("missing-file", f"cannot be read: {problem.strerror}") from None
        if len(content) > largest:
            reason = f"has more than {largest:,} bytes"
            raise UnreadableData("data-too-large", reason, "keep fewer points or columns")
        return content

    def _file(self, path: str) -> Path:
        """The file that a path in the model means, below the folder."""
        if self.root is None:
            reason = "cannot be read: the model stands in no folder"
            raise UnreadableData("missing-file", reason, "save the model in a file beside its data")
        if "\0" in path or Path(path).is_absolute():
            hint = "copy the file into the model's folder, and write its path from there"
            raise UnreadableData("path-outside-folder", "is no path inside the model's folder", hint)
        try:
            root = self.root.resolve()
            file = (root / path).resolve()
            inside, there, is_other = file.is_relative_to(root), file.is_file(), file.exists()
        except (OSError, RuntimeError, UnicodeEncodeError):  # too long, links in a circle, no name of a file
            raise UnreadableData("missing-file", "cannot be the name of a file", "write `data/file.csv`") from None
        if not inside:
            hint = "copy the file into the model's folder"
            raise UnreadableData("path-outside-folder", "lies outside the model's folder", hint)
        if is_other and not there:
            what = "is a folder" if file.is_dir() else "is no ordinary file"
            raise UnreadableData("missing-file", what, "write the path of a file, such as `data/file.csv`")
        if not there:
            raise UnreadableData("missing-file", "does not exist", _suggestion(file, root))
        return file


def _suggestion(file: Path, root: Path) -> str:
    beside = [other.name for other in sorted(file.parent.glob("*"))] if file.parent.is_dir() else []
    match = nearest(file.stem, [Path(name).stem for name in beside]) if file.stem else None
    match = next((name for name in beside if Path(name).stem == match), None)
    if match is None or file.is_dir():
        return f"paths are read from the model's folder, `{root.name}`"
    return f"did you mean `{(file.parent / match).relative_to(root).as_posix()}`?"
