"""A folder with models in it, and `sdrun` in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sdlang.cli.main import main

# Ten people, of whom a tenth leaves each year: Euler's method with a step of a year keeps 90 % a step.
QUITS = """\
model "Quits"
simulate 0 to 2 years, step 1 year, using euler
param share = 10% / year in 0% .. 50% per year
stock staff = 10 people
flow quits: staff -> cloud = staff * share
scenario worse "More leave" {
  share = 20% / year
}
expect staff >= 7 people always
"""

Sdrun = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of a test; `quits.sd` is in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "quits.sd").write_text(QUITS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def sdrun(folder: Path) -> Sdrun:
    """`sdrun("check", "quits.sd")`: what the command wrote and its exit code."""

    def call(*arguments: str, given: str | bytes | None = None, env: dict[str, str] | None = None) -> Result:
        result = CliRunner(env=env).invoke(main, list(arguments), input=given, prog_name="sdrun")
        assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
        return result

    return call
