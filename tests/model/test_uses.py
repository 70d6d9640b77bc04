"""Where components come from: the model's own file, other files in its folder, modules of the library."""

from pathlib import Path

import pytest

from sdlang.diagnostics import Diagnostic
from sdlang.model.folder import reader_of
from sdlang.model.uses import components_of
from sdlang.source import Source
from sdlang.syntax.parser import parse
from tests.expected import diagnostics_of
from tests.model.meant import CLOCK

TWICE = "component twice(x) returns y {\n  aux y = 2 * x\n}\n"
THRICE = "component thrice(x) returns y {\n  aux y = 3 * x\n}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a model with a file of components, one in a folder below it, and one outside."""
    home = tmp_path / "home"
    (home / "parts").mkdir(parents=True)
    (home / "twice.sd").write_text(TWICE, encoding="utf-8")
    (home / "parts" / "thrice.sd").write_text(THRICE, encoding="utf-8")
    (tmp_path / "outside.sd").write_text(TWICE, encoding="utf-8")
    return home


def told(text: str, folder: Path) -> tuple[Diagnostic, ...]:
    return diagnostics_of(CLOCK + text, folder)


def names(text: str, folder: Path) -> list[str]:
    found: list[Diagnostic] = []
    known = components_of(parse(Source("program.sd", text), found), reader_of(folder), found)
    assert found == []
    return list(known)


def test_a_file_brings_its_components(folder: Path) -> None:
    assert names('use "twice.sd"\nuse "parts/thrice.sd"\n', folder) == ["twice", "thrice"]
    assert told('use "twice.sd"\naux a = twice(3)', folder) == ()


def test_a_file_may_use_others_whose_paths_begin_where_it_lies(folder: Path) -> None:
    (folder / "parts" / "both.sd").write_text('use "thrice.sd"\nuse "../twice.sd"\n', encoding="utf-8")
    assert names('use "parts/both.sd"\n', folder) == ["thrice", "twice"]


def test_a_file_that_is_used_by_two_is_read_once(folder: Path) -> None:
    for name in "ab":
        (folder / f"{name}.sd").write_text('use "twice.sd"\n', encoding="utf-8")
    assert names('use "a.sd"\nuse "b.sd"\nuse "twice.sd"\n', folder) == ["twice"]


def test_a_used_file_may_have_a_title(folder: Path) -> None:
    (folder / "titled.sd").write_text(f'## Two things.\nmodel "Pools"\n{TWICE}', encoding="utf-8")
    assert told('use "titled.sd"\naux a = twice(3)', folder) == ()


@pytest.mark.parametrize("path", ["../outside.sd", "/etc/passwd", "parts/../../outside.sd"])
def test_nothing_outside_the_folder_is_read(path: str, folder: Path) -> None:
    assert [d.code for d in told(f'use "{path}"\naux a = 1', folder)] == ["path-outside-folder"]


def test_a_link_that_leads_out_is_refused(folder: Path) -> None:
    (folder / "link.sd").symlink_to(folder.parent / "outside.sd")
    assert [d.code for d in told('use "link.sd"\naux a = 1', folder)] == ["path-outside-folder"]


def test_files_that_use_one_another_are_told_with_the_way_round(folder: Path) -> None:
    (folder / "a.sd").write_text('use "parts/b.sd"\n', encoding="utf-8")
    (folder / "parts" / "b.sd").write_text('use "../a.sd"\n', encoding="utf-8")
    (found,) = told('use "a.sd"\naux x = 1', folder)
    assert found.code == "use-cycle"
    assert found.message == "`a.sd` uses itself: `a.sd` -> `parts/b.sd` -> `a.sd`"
    places = [note.span.source.name for note in found.notes if note.span is not None]
    assert places == ["a.sd", "program.sd"]


def test_a_file_that_uses_itself_is_told(folder: Path) -> None:
    (folder / "a.sd").write_text('use "a.sd"\n', encoding="utf-8")
    (found,) = told('use "a.sd"\naux x = 1', folder)
    assert (found.code, found.message) == ("use-cycle", "`a.sd` uses itself: `a.sd` -> `a.sd`")


def test_a_used_file_holds_components_only(folder: Path) -> None:
    (folder / "model.sd").write_text(f"{TWICE}param wage = 3 USD\n", encoding="utf-8")
    (found,) = told('use "model.sd"\naux a = twice(3)', folder)
    assert found.code == "only-components"
    assert found.span is not None
    assert (found.span.source.name, found.span.position().line) == ("model.sd", 4)


def test_a_mistake_in_the_text_of_a_used_file_is_told_there_and_where_it_is_used(folder: Path) -> None:
    (folder / "broken.sd").write_text("component twice(x) returns y {\n  aux y = 2 *\n}\n", encoding="utf-8")
    (found,) = told('use "broken.sd"\naux a = twice(3)', folder)
    assert found.code == "missing-value"
    assert found.span is not None
    assert found.span.source.name == "broken.sd"
    assert [note.span.source.name for note in found.notes if note.span is not None] == ["program.sd"]


def test_a_mistake_in_what_a_component_of_it_means_is_told_at_the_use(folder: Path) -> None:
    (folder / "wrong.sd").write_text("component twice(x) returns y {\n  aux y = 2 * z\n}\n", encoding="utf-8")
    (found,) = told('use "wrong.sd"\naux a = twice(3)', folder)
    assert found.span is not None
    assert (found.code, found.span.text) == ("unknown-name", "twice(3)")
    assert [note.span.source.name for note in found.notes if note.span is not None] == ["wrong.sd"]


def test_a_component_that_comes_from_two_files_is_told(folder: Path) -> None:
    (folder / "again.sd").write_text(TWICE, encoding="utf-8")
    assert [d.code for d in told('use "twice.sd"\nuse "again.sd"\naux a = twice(3)', folder)] == ["duplicate-name"]


def test_a_module_that_there_is_not_brings_what_to_type(folder: Path) -> None:
    (found,) = told("use twice.sd\naux a = 1", folder)
    assert (found.code, found.hint) == (
        "unknown-module",
        'a file of your own stands in quotation marks: `use "twice.sd"`',
    )


def test_a_model_without_a_folder_uses_no_files() -> None:
    assert [d.code for d in diagnostics_of(CLOCK + 'use "twice.sd"\naux a = 1', None)] == ["missing-file"]
