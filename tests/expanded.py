"""What every flat model must do: read back, stay as it is, and run to the same numbers, bit for bit."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

import sdlang
from sdlang.engines.base import NumericFailure

ENGINES = (("reference", "euler"), ("fixed", "euler"), ("fixed", "rk4"), ("scipy", "dop853"))


def flat(text: str, folder: Path | None = None) -> str:
    return sdlang.compile(text, folder=folder).expand()


def assert_runs_alike(text: str, folder: Path | None = None, engines: Sequence[tuple[str, str]] = ENGINES) -> str:
    """The flat model of a text, which is in standard form, expands to itself and gives the same columns."""
    model = sdlang.compile(text, folder=folder)
    expansion = model.expand()
    assert sdlang.format(expansion) == expansion
    again = sdlang.compile(expansion, folder=folder)
    assert again.expand() == expansion
    assert again.scenarios == model.scenarios
    for engine, method in engines:
        for scenario in model.scenarios:
            given, got = (_run(each, scenario, engine, method) for each in (model, again))
            if isinstance(given, str) or isinstance(got, str):
                assert given == got
                continue
            assert set(given) <= set(got)
            for name in given:
                where = f"{name}, {engine} {method}, {scenario}\n{expansion}"
                assert np.array_equal(given.own[name], got.own[name], equal_nan=True), where
                one, other = given.columns[name], got.columns[name]
                assert (one.unit, one.scale, one.label) == (other.unit, other.scale, other.label), where
                assert (one.kind, one.axes) == (other.kind, other.axes), where
    return expansion


def _run(model: sdlang.Model, scenario: str, engine: str, method: str) -> sdlang.Run | str:
    """A run, or what stopped it."""
    try:
        return model.run(scenario=scenario, engine=engine, method=method)
    except NumericFailure as failure:
        return str(failure)
