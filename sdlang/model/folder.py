"""Data files of a model: inside its folder and nowhere else.

A path in a model is untrusted. It is relative, it stays below the model's folder whatever `..` and links it goes
through, and the file has a bounded size.
"""

from __future__ import annotations

from pathlib import Path

from sdlang.diagnostics import nearest
from sdlang.model.data import Reader, UnreadableData

LARGEST_FILE = 50_000_000


def reader_of(folder: Path | None) -> Reader:
    """Reads data files in a folder; without a folder (a model that is no file) there are none."""

    def read(path: str) -> str:
        if folder is None:
            reason = "cannot be read: the model stands in no folder"
            raise UnreadableData("missing-file", reason, "save the model in a file beside its data")
        root = folder.resolve()
        if "\0" in path or Path(path).is_absolute():
            raise UnreadableData("path-outside-folder", "is no path inside the model's folder", "write `data/file.csv`")
        file = (root / path).resolve()
        if not file.is_relative_to(root):
            hint = "copy the file into the model's folder"
            raise UnreadableData("path-outside-folder", "lies outside the model's folder", hint)
        if not file.is_file():
            raise UnreadableData("missing-file", "does not exist", _suggestion(file, root))
        if file.stat().st_size > LARGEST_FILE:
            reason = f"has {file.stat().st_size:,} bytes; the limit is {LARGEST_FILE:,}"
            raise UnreadableData("data-too-large", reason, "keep fewer points or columns")
        try:
            return file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise UnreadableData("not-text", "is no text in UTF-8", "save it as CSV in UTF-8") from None
        except OSError as problem:
            raise UnreadableData("missing-file", f"cannot be read: {problem.strerror}") from None

    return read


def _suggestion(file: Path, root: Path) -> str:
    beside = [other.name for other in sorted(file.parent.glob("*"))] if file.parent.is_dir() else []
    match = nearest(file.stem, [Path(name).stem for name in beside]) if file.stem else None
    match = next((name for name in beside if Path(name).stem == match), None)
    if match is None or file.is_dir():
        return f"paths are read from the model's folder, `{root.name}`"
    return f"did you mean `{(file.parent / match).relative_to(root).as_posix()}`?"
