"""Where components come from: the file itself, the modules of the library, and other files in the model's folder.

`use labor` brings a module of the standard library, `use "parts/pools.sd"` the components of a file, which may use
others in turn. A used file holds components only: it is a library, not a model.
"""

from __future__ import annotations

from posixpath import dirname, join, normpath

from sdlang.diagnostics import Diagnostic
from sdlang.limits import limit
from sdlang.model import errors, use_errors as words
from sdlang.model.data import Reader, UnreadableData
from sdlang.source import Source
from sdlang.stdlib import module, modules
from sdlang.syntax import tree
from sdlang.syntax.parser import parse


def components_of(file: tree.File, read: Reader, found: list[Diagnostic]) -> dict[str, tree.Component]:
    """The components that a file declares or uses, by name; a name that comes twice is reported."""
    known: dict[str, tree.Component] = {}
    _collect(file, "", (), known, {}, read, found)
    return known


def _collect(
    file: tree.File,
    folder: str,
    path: tuple[str, ...],
    known: dict[str, tree.Component],
    files: dict[str, tree.File | None],
    read: Reader,
    found: list[Diagnostic],
) -> None:
    for declaration in file.declarations:
        match declaration:
            case tree.Use(what=tree.Name(text=name) as what):
                if name not in modules():
                    found.append(words.unknown_module(name, modules(), what.span))
                else:
                    for component in module(name).values():
                        known.setdefault(component.name.text, component)
            case tree.Use(what=tree.Text() as what):
                _collect_file(what, folder, path, known, files, read, found)
            case tree.Component(name=name):
                first = known.get(name.text)
                if first is not None and first is not declaration:
                    found.append(errors.duplicate_name(name.text, name.span, first.name.span))
                known.setdefault(name.text, declaration)
            case _:
                if path and not isinstance(declaration, tree.Title):
                    found.append(words.only_components(path[-1], declaration.span))


def _collect_file(
    what: tree.Text,
    folder: str,
    path: tuple[str, ...],
    known: dict[str, tree.Component],
    files: dict[str, tree.File | None],
    read: Reader,
    found: list[Diagnostic],
) -> None:
    place = normpath(join(folder, what.value))
    before = len(found)
    if place in path:
        found.append(words.use_cycle([*path[path.index(place) :], place], what.span))
        return
    if place not in files:
        if len(files) >= limit("files"):
            found.append(words.too_many_files(limit("files"), what.span))
            return
        files[place] = _parsed(what, place, read, found)
        used = files[place]
        if used is not None:
            _collect(used, dirname(place), (*path, place), known, files, read, found)
    for number in range(before, len(found)):
        told = found[number]
        if told.span is not None and told.span.source is not what.span.source:
            found[number] = words.used_here(told, told.span.source.name, what.span)


def _parsed(what: tree.Text, place: str, read: Reader, found: list[Diagnostic]) -> tree.File | None:
    try:
        text = read(place)
    except UnreadableData as problem:
        hint = f"the module of the library is `use {what.value}`" if what.value in modules() else problem.hint
        found.append(words.unreadable(what.value, problem.code, problem.reason, hint, what.span))
        return None
    return parse(Source(place, text), found)
