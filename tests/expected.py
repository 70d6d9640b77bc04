"""What a small program is expected to be told: `# error[CODE]` or `# warning[CODE]` at the end of the line at fault.

Several codes are separated by commas. Every error of a program must be expected, and every expected one must be found.
Warnings are compared in programs that expect one and in programs that expect no error: a program with an error is
seldom complete enough to be free of warnings.
"""

import re
from pathlib import Path

from sdlang.compiler import check
from sdlang.diagnostics import Diagnostic, ModelError
from sdlang.model.folder import reader_of
from sdlang.source import Source

EXPECTATION = re.compile(r"#.*?\b(error|warning)\[([a-z0-9, -]+)\]")

Found = set[tuple[int, str, str]]


def expected_in(text: str) -> Found:
    """(line, severity, code) of each expectation in a text."""
    return {
        (number, match[1], code.strip())
        for number, line in enumerate(text.split("\n"), 1)
        for match in EXPECTATION.finditer(line)
        for code in match[2].split(",")
    }


def diagnostics_of(text: str, folder: Path | None, name: str = "program.sd") -> tuple[Diagnostic, ...]:
    """All that the compiler says about a program whose data lie in `folder`."""
    try:
        return check(Source(name, text), reader_of(folder)).warnings
    except ModelError as mistakes:
        return mistakes.diagnostics


def found_in(text: str, folder: Path | None) -> Found:
    """(line, severity, code) of each diagnostic; the line is 0 for a place outside the program."""
    found = set()
    for diagnostic in diagnostics_of(text, folder):
        span = diagnostic.span
        line = 1 if span is None else span.position().line if span.source.name == "program.sd" else 0
        found.add((line, str(diagnostic.severity), diagnostic.code))
    return found


def assert_as_expected(text: str, folder: Path | None) -> None:
    """The program is told exactly what its comments say."""
    expected, found = expected_in(text), found_in(text, folder)
    severities = {severity for _, severity, _ in expected}
    if severities == {"error"}:
        found = {(line, severity, code) for line, severity, code in found if severity == "error"}
    assert found == expected, "\n".join(
        [
            text,
            *(f"not expected: line {line}: {severity}[{code}]" for line, severity, code in sorted(found - expected)),
            *(f"missing: line {line}: {severity}[{code}]" for line, severity, code in sorted(expected - found)),
        ]
    )
