"""The Run: columns over time, in the units that people read, read-only, and handed on as CSV, JSON, DataFrame."""

import builtins
import csv
import json
from datetime import date
from io import StringIO
from typing import Any

import numpy as np
import pytest

import sdlang
from sdlang.extras import MissingExtra
from sdlang.results.run import Run

MODEL = sdlang.compile(
    'model "A <pool>"\nsimulate 2024 to 2026 years, step 1 quarter\nunit person = people\n'
    'param rate "Rate" : percent / year = 10\nstock staff "Staff" = 1_200 people\n'
    "flow quits: staff -> cloud : people/month = staff * rate\naux seen = smooth(staff, 1 year)\n"
)


@pytest.fixture(scope="module")
def run() -> Run:
    return MODEL.run()


def test_values_are_shown_in_the_unit_of_their_variable(run: Run) -> None:
    assert run["rate"][0] == pytest.approx(10.0, rel=1e-15)  # percent a year
    assert run.own["rate"][0] == pytest.approx(0.1, rel=1e-15)
    assert run["quits"][0] == pytest.approx(10.0, rel=1e-14)  # 1,200 * 10 % a year are 120 a year, 10 a month
    assert run.own["quits"][0] == pytest.approx(120.0, rel=1e-14)
    assert dict(run.units)["quits"] == "people/month"
    assert dict(run.labels)["staff"] == "Staff"
    assert dict(run.labels)["quits"] == ""


def test_time_counts_from_start_to_end(run: Run) -> None:
    assert run.time.tolist() == [2024 + quarter / 4 for quarter in range(9)]


def test_a_run_is_a_mapping_and_knows_which_variables_the_modeller_declared(run: Run) -> None:
    assert run.shown == ("rate", "staff", "quits", "seen")
    assert set(run.shown) < set(run)
    assert len(run) == len(list(run))
    assert "seen.smooth.level[1]" in run
    with pytest.raises(KeyError):
        run["nothing"]


def test_values_between_saved_points_lie_on_the_straight_line(run: Run) -> None:
    first, second = run["staff"][:2]
    assert run.at("staff", 2024.0) == first
    assert run.at("staff", 2024.125) == pytest.approx((first + second) / 2, rel=1e-15)
    assert run.at("staff", 2026.0) == run["staff"][-1]


@pytest.mark.parametrize("time", [2023.9, 2026.1, float("nan")])
def test_there_are_no_values_outside_the_run(run: Run, time: float) -> None:
    with pytest.raises(ValueError, match="outside the run, 2024 to 2026"):
        run.at("staff", time)


def test_nothing_in_a_run_can_be_changed(run: Run) -> None:
    for values in (run.time, run["staff"], run["quits"], run.own["quits"]):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0.0
    with pytest.raises(TypeError):
        run.own["staff"] = np.zeros(9)  # type: ignore[index]


def test_csv_reads_back_exactly(run: Run) -> None:
    header, *rows = csv.reader(StringIO(run.to_csv()))
    assert header == ["time", *run.shown]
    columns = list(zip(*rows, strict=True))
    assert [float(cell) for cell in columns[0]] == run.time.tolist()
    for name, cells in zip(run.shown, columns[1:], strict=True):
        assert [float(cell) for cell in cells] == run[name].tolist()


def test_json_has_values_units_labels_and_provenance(run: Run) -> None:
    data = json.loads(run.to_json())
    assert data["schema"] == 1
    assert data["time"] == run.time.tolist()
    assert data["variables"]["quits"] == {
        "label": "",
        "kind": "flow",
        "unit": "people/month",
        "dimensions": {},
        "values": run["quits"].tolist(),
    }
    assert data["provenance"]["model"] == "A <pool>"
    assert data["step_errors"] == []


def test_provenance_says_what_made_the_run() -> None:
    made = MODEL.run({"rate": 5}, method="euler").provenance
    assert (made.title, made.engine, made.method, made.step, made.time_unit) == (
        "A <pool>",
        "fixed",
        "euler",
        0.25,
        "years",
    )
    assert dict(made.parameters) == {"rate": pytest.approx(5.0, rel=1e-15)}  # in the unit of the parameter
    assert len(made.digest) == 64
    assert set(made.versions) >= {"sdlang", "python", "numpy"}
    assert json.loads(json.dumps(made.as_dict()))["parameters"]["rate"] == pytest.approx(5.0)


def test_the_same_model_gives_the_same_digest_and_the_same_numbers() -> None:
    one, two = MODEL.run(), MODEL.run()
    assert one.provenance == two.provenance
    assert one.to_csv() == two.to_csv()


def test_a_data_frame_is_indexed_by_time_and_knows_its_units(run: Run) -> None:
    pytest.importorskip("pandas")
    frame = run.to_pandas()
    assert list(frame.columns) == list(run.shown)
    assert frame.index.name == "time"
    assert frame["staff"].tolist() == run["staff"].tolist()
    assert frame.attrs["units"]["quits"] == "people/month"


def test_without_pandas_one_is_told_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **named: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingExtra, match=r"pip install sdlang\[data\]"):
        run.to_pandas()


def test_a_run_says_in_a_line_and_in_a_table_what_it_is(run: Run) -> None:
    assert repr(run) == f"<Run of 'A <pool>': {len(run)} variables, 2024 to 2026 years, 9 points>"
    table = run._repr_html_()
    assert "A &lt;pool&gt;" in table
    assert "smooth" not in table


# The calendar --------------------------------------------------------------------------------------------------------

DATED = sdlang.compile(
    "simulate 2024-01-01 to 2024-12-31, step 1 quarter\nparam launch = 2024-04\nstock staff = 10 people\n"
    "flow hiring: cloud -> staff = 4 people/year\naux on = step(1, launch)\n"
)
FIRSTS = ["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01"]


@pytest.fixture(scope="module")
def dated() -> Run:
    return DATED.run()


def test_points_of_a_calendar_have_dates(dated: Run, run: Run) -> None:
    assert [day.isoformat() for day in dated.dates] == FIRSTS
    assert dated.provenance.is_calendar
    assert run.dates == ()


def test_csv_has_dates_behind_the_time(dated: Run) -> None:
    rows = list(csv.reader(StringIO(dated.to_csv())))
    assert rows[0] == ["time", "date", "launch", "staff", "hiring", "on"]
    assert [row[1] for row in rows[1:]] == FIRSTS
    assert [float(row[0]) for row in rows[1:]] == dated.time.tolist()
    assert rows[2] == ["2024.25", "2024-04-01", "2024.25", "11.0", "4.0", "1.0"]


def test_json_has_dates_beside_the_time(dated: Run, run: Run) -> None:
    assert json.loads(dated.to_json())["dates"] == FIRSTS
    assert "dates" not in json.loads(run.to_json())


def test_a_data_frame_of_a_calendar_is_indexed_by_dates(dated: Run) -> None:
    pandas = pytest.importorskip("pandas")
    frame = dated.to_pandas()
    assert isinstance(frame.index, pandas.DatetimeIndex)
    assert frame.index.name == "date"
    assert [str(day.date()) for day in frame.index] == FIRSTS
    assert frame["staff"]["2024-07-01"] == pytest.approx(12.0)  # half a year of 4 a year
    assert len(frame["2024-04":"2024-09"]) == 2
    # Nanoseconds end in 2262.
    long = sdlang.compile("simulate 2024-01 to 2523-12, step 10 years\nstock s = 1\n").run()
    assert str(long.to_pandas().index[-1].date()) == "2524-01-01"


def test_a_value_can_be_asked_for_by_its_date(dated: Run, run: Run) -> None:
    assert dated.at("staff", date(2024, 7, 1)) == pytest.approx(12.0)
    # 14 days of August, 31 days long, after 7 of 12 months of 4 a year.
    assert dated.at("staff", date(2024, 8, 15)) == pytest.approx(10 + 4 * (7 / 12 + 14 / 31 / 12))
    with pytest.raises(ValueError, match="time 2025-01-02 is outside the run, 2024-01-01 to 2025-01-01"):
        dated.at("staff", date(2025, 1, 2))
    with pytest.raises(TypeError, match="time is a number in this model"):
        run.at("staff", date(2024, 7, 1))


def test_a_run_of_a_calendar_says_its_dates(dated: Run) -> None:
    assert "2024-01-01 to 2025-01-01, 5 points" in repr(dated)
    assert "<th>2024-01-01</th><th>2025-01-01</th>" in dated._repr_html_()
    assert "<td>launch</td><td>2024-04-01</td>" in dated._repr_html_()


def test_a_run_takes_dates_for_its_ends() -> None:
    run = DATED.run(start=date(2024, 4, 1), stop=date(2024, 9, 30))
    assert [day.isoformat() for day in run.dates] == FIRSTS[1:4]
    assert DATED.run(start="2024-04", stop="2024-09").dates == run.dates
    assert DATED.run({"launch": "2024-07"})["on"].tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]
