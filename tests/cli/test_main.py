"""The front door: what it loads, which command it calls, and how everything ends as an exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sdlang.extras import MissingExtra
from sdlang.version import __version__
from tests.cli.conftest import QUITS, Sdrun

HEAVY = ("sympy", "scipy", "numpy", "pandas", "rich", "jinja2", "markdown_it")


def loaded_by(*arguments: str, folder: Path) -> list[str]:
    """The modules that are loaded when `sdrun ARGUMENTS` has ended."""
    code = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=open('loaded.json', 'w')))\n"
        "from sdlang.cli.main import main\n"
        "main(sys.argv[1:], prog_name='sdrun')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads((folder / "loaded.json").read_text(encoding="utf-8"))
    return modules


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (("--version",), (*HEAVY, "lark", "sdlang.compiler")),
        (("--help",), (*HEAVY, "lark", "sdlang.compiler")),
        (("completion", "bash"), (*HEAVY, "lark")),
        (("explain",), (*HEAVY, "lark")),
        (("check", "quits.sd"), HEAVY),
        (("check", "--units", "quits.sd"), HEAVY),
        (("fmt", "quits.sd"), HEAVY),
    ],
    ids=" ".join,
)
def test_a_command_loads_only_what_it_needs(arguments: tuple[str, ...], absent: tuple[str, ...], folder: Path) -> None:
    assert sorted(set(loaded_by(*arguments, folder=folder)) & set(absent)) == []


def test_version(sdrun: Sdrun) -> None:
    assert sdrun("--version").stdout == f"sdrun {__version__}\n"


def test_help_lists_the_verbs(sdrun: Sdrun) -> None:
    for option in ("-h", "--help"):
        shown = sdrun(option).stdout
        assert all(f"\n  {verb} " in shown for verb in ("run", "check", "test", "fmt", "explain", "new", "completion"))


@pytest.mark.parametrize(
    "arguments", [("run", "quits.sd"), ("quits.sd",), ("--csv", "-", "quits.sd"), ("-q", "quits.sd")]
)
def test_a_model_is_run_with_or_without_the_word_and_with_options_first(
    arguments: tuple[str, ...], sdrun: Sdrun
) -> None:
    assert sdrun(*arguments, "--report", "none", "--scenario", "base").exit_code == 0


def test_python_m_sdlang_is_sdrun(folder: Path) -> None:
    command = [sys.executable, "-m", "sdlang", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"sdrun {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("quit.sd",), "there is no file `quit.sd`; did you mean `quits.sd`?"),
        (("chekc",), "there is no command or file `chekc`; did you mean `check`?"),
        (("check", "nothing.sd"), "there is no file `nothing.sd`"),
        (("check", "."), "there is no model file"),
        (("quits.sd", "--nonsense"), "No such option"),
        (("quits.sd", "--set", "share"), "is no NAME=VALUE"),
        (("quits.sd", "--report", "none", "--csv", "-", "--json", "-"), "both go to standard output"),
        (("quits.sd", "--report", "none", "--csv", "nowhere/a.csv"), "cannot use `nowhere`"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_wrong_usage_ends_with_2_and_says_what(
    arguments: tuple[str, ...], said: str, sdrun: Sdrun, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if arguments == ("check", "."):
        (folder / "empty").mkdir()
        arguments = ("check", "empty")
    result = sdrun(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_missing_extra_ends_with_4_and_the_line_that_installs_it(
    sdrun: Sdrun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise MissingExtra("pandas", "data")

    monkeypatch.setattr("sdlang.cli.simulation.simulate_checked", missing)
    result = sdrun("quits.sd")
    assert result.exit_code == 4
    assert "pip install sdlang[data]" in result.stderr


def test_an_interrupt_ends_with_130(folder: Path) -> None:
    text = QUITS.replace("to 2 years, step 1 year", "to 1_000_000 years, step 1 year")
    (folder / "long.sd").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sdlang", "long.sd", "--report", "none"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(2.5)
    assert process.poll() is None, "the model ended before it could be interrupted"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == "interrupted\n"


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    text = QUITS.replace("to 2 years, step 1 year", "to 20_000 years, step 1 year")
    (folder / "long.sd").write_text(text, encoding="utf-8")
    command = f"{sys.executable} -m sdlang long.sd --report none --csv - --no-step-check | head -1"
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.stdout == "time,share,staff,quits\n"
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_options_can_be_set_in_the_environment(sdrun: Sdrun, folder: Path) -> None:
    assert sdrun("quits.sd", env={"SDRUN_RUN_REPORT": "none"}).exit_code == 3
    assert not (folder / "quits.html").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["sdrun", "ch"],
        ["sdrun", "quits.sd", "--cs"],
        ["sdrun", "qu"],
        ["sdrun", "explain", "unit-mis"],
        ["sdrun", "quits.sd", "--method", "ls"],
        ["sdrun", "quits.sd", "--engine", "ref"],
    ],
)
def test_completion_knows_verbs_options_and_files(words: list[str], folder: Path) -> None:
    expected = {
        "ch": "plain,check",
        "--cs": "plain,--csv",
        "qu": "file,",
        "unit-mis": "plain,unit-mismatch",
        "ls": "plain,lsoda",
        "ref": "plain,reference",
    }[words[-1]]
    given = {"_SDRUN_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    code = "from sdlang.cli.main import main; main(prog_name='sdrun')"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **given}, capture_output=True, text=True)
    assert expected in done.stdout.splitlines()
