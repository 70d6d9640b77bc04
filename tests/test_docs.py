"""Every block of the README and of `docs/` runs.

In the pages of `docs/reference/` what a model expects must hold.

Fences and what they must do:

- ` ```sd ` compiles, and is told exactly what its `# error[CODE]` comments say (see `expected.py`); data files are
  those of `models/`. With the word `fragment` it need only parse. With `file=NAME.sd` it is also written into the
  page's folder, for later blocks to use.
- ` ```python ` runs, in one namespace a page.
- ` ```console `: each line `$ sdrun ...` ends with the exit code 0, or the one in its comment
  (`$ sdrun check a.sd  # exit 1`). Lines without `$` are output: each must occur in what the command wrote; `...`
  stands for anything left out.
  `$` lines of other programs (`make`, `git`, `pip`, ...) are for readers and are not run.

The Python and console blocks of a page run in order in one temporary folder that holds a copy of `models/`.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

import sdlang
from sdlang.cli.main import main
from sdlang.limits import LIMITS, PREFIX
from sdlang.source import Source
from sdlang.syntax.parser import parse
from tests.expected import assert_as_expected, expected_in

ROOT = Path(__file__).parent.parent
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<info>[a-z][^\n`]*)\n(?P<body>.*?)^(?P=indent)```\s*$", re.MULTILINE | re.DOTALL
)
EXIT = re.compile(r"\s+# exit (\d+)\Z")


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    language: str
    words: tuple[str, ...]
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "models").rglob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        language, *words = match["info"].split()
        body = re.sub(rf"^{match['indent']}", "", match["body"], flags=re.MULTILINE)
        yield Block(page, text.count("\n", 0, match.start()) + 1, language, tuple(words), body)


BLOCKS = [block for page in pages() for block in blocks(page)]
MODELS = [block for block in BLOCKS if block.language == "sd"]
RUNNING = sorted({block.page for block in BLOCKS if block.language in ("python", "console")})
ERROR_PAGES = sorted((ROOT / "docs" / "errors").glob("*.md"))


@pytest.mark.parametrize("block", MODELS, ids=lambda block: block.name)
def test_a_model_in_the_docs_compiles_or_is_told_what_it_says(block: Block) -> None:
    if "fragment" in block.words:
        found: list[object] = []
        parse(Source(block.name, block.text), found)  # type: ignore[arg-type]
        assert found == []
    else:
        assert_as_expected(block.text, ROOT / "models")


HELD = [
    block
    for block in MODELS
    if (block.page.parent.name == "reference" or block.page.name == "tour.md")
    if "expect " in block.text and not expected_in(block.text)
    if "fragment" not in block.words
]


@pytest.mark.parametrize("block", HELD, ids=lambda block: block.name)
def test_what_a_model_in_the_reference_expects_holds(block: Block) -> None:
    verdicts = sdlang.compile(block.text, folder=ROOT / "models").study().verdicts
    assert verdicts
    assert [verdict.text for verdict in verdicts if not verdict.holds] == []


@pytest.mark.parametrize("page", RUNNING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_blocks_of_a_page_run_in_order(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "models", tmp_path / "models", ignore=shutil.ignore_patterns("*.html"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    namespace: dict[str, object] = {"__name__": "__page__"}
    for block in blocks(page):
        for word in block.words:
            if word.startswith("file="):
                Path(word.removeprefix("file=")).write_text(block.text, encoding="utf-8")
        if block.language == "python":
            exec(compile(block.text, block.name, "exec"), namespace)  # noqa: S102
        elif block.language == "console":
            run_console(block)


def run_console(block: Block) -> None:
    """Runs the commands of a block, and compares what they wrote with the lines shown."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, *shown = part.rstrip("\n").split("\n")
        expected = EXIT.search(command)
        command = EXIT.sub("", command)
        if not re.search(r"\bsdrun\b|python -m sdlang", command):
            continue
        code, output = run(command)
        assert code == (int(expected[1]) if expected else 0), f"{block.name}: $ {command}\n{output}"
        written = {line.strip() for line in output.splitlines()}
        for line in shown:
            assert line.strip() in {*written, "", "..."}, f"{block.name}: `{line}` is not in the output:\n{output}"


def run(command: str) -> tuple[int, str]:
    """Exit code and all output: in this process where it can be, by a shell where there are pipes."""
    if command.startswith("sdrun ") and not re.search(r"[|<>;&$]", command):
        result = CliRunner().invoke(main, shlex.split(command, comments=True)[1:], prog_name="sdrun")
        return result.exit_code, result.output
    shell = f'set -o pipefail; PATH="{Path(sys.executable).parent}:$PATH"; {command}'
    done = subprocess.run(
        ["bash", "-c", shell], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("page", ERROR_PAGES, ids=lambda page: page.stem)
def test_a_page_of_an_error_shows_the_mistake_and_then_the_way_out(page: Path) -> None:
    assert page.read_text(encoding="utf-8").startswith(f"# {page.stem}\n")
    shown = [{code for _, _, code in expected_in(block.text)} for block in blocks(page) if block.language == "sd"]
    if shown:  # a few mistakes cannot be shown in a text
        assert page.stem in shown[0]
        assert shown[-1] == set(), "the last block is the mended model"


def test_every_limit_stands_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    shown = re.findall(rf"^\|.*\| `{PREFIX}(\w+)` \| `([\w-]+)` \|$", text, re.MULTILINE)
    assert {(name.lower(), code) for name, code in shown} == {(name, limit.code) for name, limit in LIMITS.items()}


def test_links_between_pages_lead_somewhere() -> None:
    for page in pages():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / target).exists(), f"{page}: {target}"
