"""How much a model may ask for: each limit has its own error, and can be set by an environment variable."""

from pathlib import Path

import pytest

from sdlang.limits import LIMITS, PREFIX, limit
from tests.expected import diagnostics_of

CLOCK = "simulate 2025 to 2035 years, step 1 month\n"


def nested_blocks(depth: int) -> str:
    """Components that hold blocks of one another, and a use of them with as many blocks inside one another."""
    return "".join(f"{'c' if level == 0 else 'd'} x{level} {{\n" for level in range(depth)) + "}\n" * depth


def components(count: int) -> str:
    """Components each of which uses the next."""
    uses = "".join(f"component c{n}(x) returns y {{\n  aux y = c{n + 1}(x) + 1\n}}\n" for n in range(count - 1))
    return uses + f"component c{count - 1}(x) returns y {{\n  aux y = x\n}}\naux a = c0(1)\n"


def codes(text: str, folder: Path | None = None) -> set[str]:
    return {found.code for found in diagnostics_of(CLOCK + text, folder) if found.severity == "error"}


DIM = "dim d = 1 .. 50\ndim e = 1 .. 50\n"
TEXTS = {
    "file": ("param a = 1\nplot a\n" + "#" * 900, 500),
    "brackets": ("aux a = ((((1))))\n", 3),
    "components": (components(5), 4),
    "elements": (DIM + "stock s[d, e] = 1\n", 2_000),
    "stages": ("stock s = 1\naux a = smooth(s, 10 years, order = 7)\n", 6),
    "variables": (
        "component c(x) returns y {\n  aux z = x\n  aux y = z\n}\n" + "".join(f"aux a{n} = c({n})\n" for n in range(9)),
        12,
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_limit_that_is_set_holds_and_one_that_is_not_is_wide(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, lower = TEXTS[name]
    assert codes(text) == set()
    monkeypatch.setenv(PREFIX + name.upper(), str(lower))
    assert codes(text) == {LIMITS[name].code}


@pytest.mark.parametrize(
    "text", ["dim d = 1 .. 101\nstock s[d] = 1\n", DIM + "aux a = sum(1 over d, e)\n", DIM + "stock s[d, e] = 1\n"]
)
def test_dimensions_their_products_and_sums_over_them_are_bounded(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDLANG_LIMIT_ELEMENTS", "100")
    assert codes(text) == {"too-many-elements"}


def test_blocks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "too-deep" not in codes(nested_blocks(20))
    assert "too-deep" in codes(nested_blocks(21))
    monkeypatch.setenv("SDLANG_LIMIT_BLOCKS", "3")
    assert "too-deep" in codes(nested_blocks(4))


def test_files_are_bounded_in_number_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (tmp_path / f"{name}.sd").write_text(f"component {name}(x) returns y {{\n  aux y = x\n}}\n", encoding="utf-8")
    (tmp_path / "d.csv").write_text("region,n\nnorth,1\nsouth,2\n", encoding="utf-8")
    text = 'use "a.sd"\nuse "b.sd"\nuse "c.sd"\ndim region = north, south\nstock s[region] = csv("d.csv")\n'
    assert codes(text, tmp_path) == set()
    monkeypatch.setenv("SDLANG_LIMIT_FILES", "2")
    assert codes(text, tmp_path) == {"model-too-large"}
    monkeypatch.delenv("SDLANG_LIMIT_FILES")
    monkeypatch.setenv("SDLANG_LIMIT_DATA", "10")
    assert "data-too-large" in codes(text, tmp_path)


def test_what_is_nested_deeper_than_can_be_followed_is_told_whatever_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDLANG_LIMIT_COMPONENTS", "100000")
    assert codes(components(600)) == {"too-deep"}


@pytest.mark.parametrize("written", ["", "0", "-3", "many", "1.5", "1e3"])
def test_a_setting_that_is_no_whole_number_does_not_count(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDLANG_LIMIT_ELEMENTS", written)
    assert limit("elements") == 1_000_000


def test_every_limit_has_a_page() -> None:
    pages = Path(__file__).parent.parent / "docs" / "errors"
    for name, row in LIMITS.items():
        page = (pages / f"{row.code}.md").read_text(encoding="utf-8")
        assert PREFIX + name.upper() in page, f"{row.code}.md does not say how to set `{name}`"
