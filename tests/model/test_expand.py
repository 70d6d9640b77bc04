"""The flat model: valid text in standard form, the same numbers bit for bit, and what was written kept."""

import re
from pathlib import Path

import pytest

import sdlang
from tests.expanded import assert_runs_alike, flat

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "models").rglob("*.sd"))
CLOCK = "simulate 2024 to 2030 years, step 1/16 year\n"
POOL = """
component pool(initial, desired, hire_time = 3 months, quit_rate = 0 / year)
  from hires to quits to retired = cloud {
  ## All who work.
  stock staff "Staff" = initial
  flow hiring: hires -> staff = max(0, (desired - staff) / hire_time + quitting)
  flow quitting: staff -> quits = staff * quit_rate
  flow retiring: staff -> retired = staff * 2% / year
}
"""


def lines(text: str) -> list[str]:
    return flat(CLOCK + text).splitlines()


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_model_of_the_repository_runs_to_identical_numbers(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert_runs_alike(text, path.parent, [("fixed", "rk4"), ("scipy", "dop853")])


def test_what_was_written_flat_stays_as_it_was_written() -> None:
    text = (
        CLOCK + "\n# How many people there are.\nparam rate = 8% / year in 2% .. 20% per year  # a year\n\n"
        '## All of them.\nstock staff "Staff" = (1_000 people)\nflow quits: staff -> cloud = staff * rate\n\n'
        "expect staff >= 0 people always\nplot staff\n# the end\n"
    )
    expansion = flat(text)
    assert expansion == text.replace("cloud = ", "cloud : people/year = ")


def test_inferred_units_are_written_down_and_numbers_without_a_unit_keep_their_value() -> None:
    # `5` is 5 people, since it is added to people; an annotation makes it no more.
    found = lines("stock a = 5\naux b = a + 3 people\naux c = a^0.5\nparam wait = 3 months\naux d = a / wait")
    assert found[1:] == [
        "stock a : people = 5",
        "aux b : people = a + 3 people",
        "aux c = a^0.5",  # people^(1/2) is no unit that can be written
        "param wait = 3 months",
        "aux d : people/year = a / wait",
    ]


def test_a_use_with_a_name_becomes_variables_of_its_name() -> None:
    text = POOL + (
        "dim sector = retail, care\nstock idle = 100 people\n# who sell\n## At the till.\n"
        "pool clerks[sector] {\n  initial = 50 people\n  desired = 60 people\n  hire_time = 1 year\n"
        "  hires <- idle\n  quits -> idle\n}\n"
    )
    found = lines(text)
    start = found.index("# who sell")
    assert found[start : start + 8] == [
        "# who sell",
        "# At the till.",
        "param clerks.initial[sector] : people = 50 people",
        "param clerks.desired[sector] : people = 60 people",
        "param clerks.hire_time[sector] : year = 1 year",
        "param clerks.quit_rate[sector] : 1/year = 0 / year",
        "## All who work.",
        'stock clerks.staff[sector] "Staff" : people = clerks.initial',
    ]
    assert "flow clerks.quitting[sector]: clerks.staff -> idle : people/year = clerks.staff * clerks.quit_rate" in found
    assert not any(line.startswith(("component", "pool")) for line in found)
    assert_runs_alike(CLOCK + text)


def test_a_hidden_instance_is_written_out_with_its_dimension() -> None:
    found = lines("stock a = 1 person\naux seen = smooth(a, 6 months, order = 2)")
    assert "dim seen.smooth.stage = 1 .. 2" in found
    assert "stock seen.smooth.level[stage: seen.smooth.stage] : people = a" in found
    assert found[-1] == "aux seen : people = seen.smooth.output"


def test_the_name_of_a_use_stands_for_what_it_returns_everywhere() -> None:
    text = (
        "component double(x) returns y {\n  aux y = 2 * x\n}\nstock a = 1\ntwice = double(a)\naux more = twice + 1\n"
        'expect twice >= 0\nplot twice\ntable twice at 2025\nreport {\n  text "{{ twice at 2025 }}"\n}'
    )
    expansion = assert_runs_alike(CLOCK + text)
    assert "aux more : 1 = twice.y + 1" in expansion
    assert 'text "{{ twice.y at 2025 }}"' in expansion
    assert expansion.count("twice.y") == 6  # its declaration and five readers


def test_a_flow_that_splits_becomes_a_flow_for_each_end() -> None:
    found = lines(
        "stock a = 1 person\nstock b = 0 people\n## Who learns.\nflow out: a -> { b: 60%, cloud: rest } = a / 1 year"
    )
    assert found[3:] == [
        "## Who learns.",
        "aux out : people/year = a / 1 year",
        "flow out.b: a -> b : people/year = out * 60%",
        "flow out.cloud: a -> cloud : people/year = out * (1 - 60%)",
    ]


@pytest.mark.parametrize("rule", ["proportional", "priority one, two"])
def test_a_contest_is_written_out(rule: str) -> None:
    text = (
        CLOCK + "dim region = north, south\nstock a[region] = 9 people\nstock b = 0 people\n"
        "flow one[region]: a -> b = 30 people/year\nflow two[region]: a -> cloud = a * 2 / year\n"
        f"share a {rule} within 6 months\n"
    )
    expansion = assert_runs_alike(text)
    assert "share a" not in expansion
    assert "aux one.wanted[region] : people/year = 30 people/year" in expansion


def test_memories_and_vector_functions_stay_calls() -> None:
    text = (
        CLOCK + "dim region = north, south\nstock a[region] = { north: 9 people, south: 5 people }\n"
        "flow f[region]: a -> cloud = a * 3% / year\naux best[region] = rank(a over region)\n"
        "aux later = conveyor_out(sum(f over region), 1 year, leak = 5% / year)\n"
        "aux perceived[region] = smooth(rank(a over region), 1 year)\n"
    )
    expansion = assert_runs_alike(text)
    assert "aux best[region] : 1 = rank(a over region)\n" in expansion
    assert "aux later : people/year = conveyor_out(sum(f over region), 1 year, leak = 5% / year)\n" in expansion
    assert "aux perceived.rank.value[region] : 1 = rank(a over region)\n" in expansion  # read by the instance


def test_a_call_that_stays_takes_no_name_that_is_declared() -> None:
    # The first `rank` is read by the instance and is declared as `f.rank.value`; the second stays a call.
    text = CLOCK + (
        "dim region = north, south\nstock a[region] = { north: 9, south: 5 }\nflow f[region]: a -> cloud = "
        "(smooth(rank(a over region), 1 year) + rank(a over region)) / 9 / 1 year\n"
    )
    expansion = assert_runs_alike(text)
    assert "aux f.rank.value[region] : 1 = rank(a over region)\n" in expansion
    assert "(f.smooth.output + rank(a over region)) / 9 / 1 year\n" in expansion


def test_positions_tables_and_reductions_inside_components() -> None:
    text = (
        CLOCK
        + """
component grading(x, dim place) returns y {
  dim grade = low < mid < high
  dim level = 3 .. 5
  aux part[grade] = { low: 20%, mid: 30%, high: 50% }
  aux heavy[grade, place] = 1 except { high: 2 }
  aux up[grade] = if grade == low then x * part else up[grade - 1] + x * part[grade]
  aux two[here: grade, other: grade] = if here < other then part[here] else part[other] * 2
  aux counted[level] = if level > 3 then counted[level - 1] + level / 7 else 0.1
  aux all = sum(two[here, other] over here: grade, other: grade where here != other) + counted[5]
  aux weight[place] = sum(heavy over grade)
  aux y = up[high] + all * x + x * max(weight over place)
}
dim region = north, south
stock a[region] = { north: 9 people, south: 5 people }
flow f[region]: a -> cloud = a * 3% / year
aux seen[region] = grading(a, region) + grading(2 people, region)
aux total = sum(delay(a, 7 months, order = 2) over region)
aux pairs[region, there: region] = smooth(a[region] + a[there], 5 months)
"""
    )
    expansion = assert_runs_alike(text)
    assert "dim seen.grading.grade = low < mid < high" in expansion
    assert "dim seen.grading_2.grade = low < mid < high" in expansion  # elements of its own, of the same names


def test_expectations_that_use_components_read_what_they_became() -> None:
    text = CLOCK + "stock a = 9 people\nflow f: a -> cloud = a * 3% / year\nexpect smooth(a, 1 year) > 0 people\n"
    assert "smooth.output > 0 people" in assert_runs_alike(text)


def test_scenarios_change_what_uses_were_given() -> None:
    text = (
        CLOCK + POOL + "stock idle = 100 people\npool clerks {\n  initial = 50 people\n  desired = 60 people\n"
        "  hires <- idle\n  quits -> idle\n}\nscenario slow {\n  clerks.hire_time = 1 year from 2026\n}\n"
    )
    assert_runs_alike(text)


def test_a_flow_may_be_the_start_of_a_delay_and_both_ends_of_a_flow_the_cloud() -> None:
    # Neither can be written by hand; a component may come to it by what it is given.
    text = (
        CLOCK + "component tap(pace) to out = cloud {\n  flow running: cloud -> out = pace\n}\n"
        "stock a = 9 people\nflow f: a -> cloud = a * 3% / year\naux late = delay(f, 1 year)\ntap t {\n"
        "  pace = 3 people/year\n}\n"
    )
    assert "flow t.running: cloud -> cloud : people/year = t.pace" in assert_runs_alike(text)


@pytest.mark.parametrize(
    "quantity", ["1/3 year", "0.1 people/month", "-5 people", "7 weeks", "1e-7 people/day", "12.5%", "3 person^2/year"]
)
def test_numbers_that_a_component_was_given_read_back_exactly(quantity: str) -> None:
    text = f"component c(x) returns y {{\n  aux y = x * 3\n}}\nstock a = 1\naux b = c({quantity})\n"
    assert_runs_alike(CLOCK + text, engines=[("reference", "euler")])


def test_a_name_that_was_a_use_is_a_unit_again() -> None:
    text = CLOCK + POOL + "stock idle = 9 robots\npool robots {\n  initial = 5 robot\n  desired = idle\n"
    text = text.replace("9 robots", "9 robot") + "  hires <- idle\n  quits -> idle\n}\n"
    assert "stock robots.staff " in assert_runs_alike(text)


def test_an_expansion_beyond_the_size_of_a_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    model = sdlang.compile(CLOCK + "stock a = 1 person\naux seen = smooth(a, 6 months, order = 2)")
    monkeypatch.setenv("SDLANG_LIMIT_FILE", "200")
    with pytest.raises(sdlang.ModelError) as told:
        model.expand()
    assert [d.code for d in told.value.diagnostics] == ["model-too-large"]


def library_uses() -> list[str]:
    """The models of the pages that use components of the library."""
    found: list[str] = []
    for page in sorted((ROOT / "docs").rglob("*.md")):
        fences = re.findall(r"^```sd(?! fragment)[^\n]*\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
        found += [each for each in fences if re.search(r"^use \w", each, re.M) and "error[" not in each]
    return found


@pytest.mark.parametrize("text", library_uses())
def test_uses_of_the_library_expand_to_identical_runs(text: str) -> None:
    assert_runs_alike(text, engines=[("fixed", "rk4")])


def test_dates_stay_dates_and_run_to_the_same_numbers() -> None:
    text = (
        "simulate 2024-01-01 to 2025-06-30, step 1 week, save every 1 month\n"
        "component wave(begins, lasts = 3 months) returns level {\n"
        "  aux level = if time >= begins and time < begins + lasts then 1 else 0\n}\n"
        "param launch = 2024-04-15\ntable target(time) = (2024-01-01, 100) (2024-09-15, 150)\n"
        "wave first {\n  begins = 2024-06-15\n}\naux more = wave(launch) + wave(2024-02)\n"
        "stock staff = 10 people\nflow hiring: cloud -> staff = target(time) * first.level * 1 person / year\n"
        "scenario late {\n  launch = 2025-02 from 2024-03-15\n}\nexpect staff > 0 people after 2024-05\nplot more\n"
    )
    expansion = assert_runs_alike(text)
    assert "param first.begins = 2024-06-15" in expansion
    assert "(2024-01-01, 100) (2024-09-15, 150)" in expansion
    assert "launch = 2025-02 from 2024-03-15" in expansion


EVENTS = """
use labor
dim region = north < south
stock seekers[region] = { north: 60 people, south: 40 people }
stock lost = 0 people
pool clerks[region] { initial = 5 people, desired = 9 people, hires <- seekers, quits -> seekers }
seen = smooth(lost, 1 year)
# Too many.
when smooth(lost, 6 months) > 20 people and seen > 1 person or lost > 60 people {
  ## They come back.
  move back[region] "Back": lost -> seekers = smooth(lost, 3 months) / 4
  move told: lost -> cloud = seen / 10
}
every 5 months from 2025 to 2029 {
  move out[here: region]: clerks.staff -> lost = rank(clerks.staff over region) * 1 person
  move on[region]: seekers -> seekers[region + 1] = seekers / 10
}
at 2026.5 {
  move spilled: clerks.staff[north] -> lost : people = 2
}
expect conserved(seen)
"""


def test_events_stay_and_what_they_call_is_written_out() -> None:
    made = lines(EVENTS)
    assert "when event_1.smooth.output > 20 people and seen.output > 1 person or lost > 60 people {" in made
    assert '  move back[region] "Back": lost -> seekers : people = back.smooth.output / 4' in made
    assert "  move told: lost -> cloud : people = seen.output / 10" in made
    assert "  move out[here: region]: clerks.staff -> lost : people = rank(clerks.staff over region) * 1 person" in made
    assert "  move spilled: clerks.staff[north] -> lost : people = 2" in made
    assert made[made.index("# Too many.") + 1].startswith("when ")


def test_events_happen_alike_in_the_flat_model() -> None:
    # What stops a run is told by other names there; this one runs.
    assert_runs_alike(CLOCK + EVENTS)
    given, again = (sdlang.compile(text) for text in (CLOCK + EVENTS, flat(CLOCK + EVENTS)))
    for method in ("rk4", "dop853"):
        one, other = given.run(method=method), again.run(method=method)
        assert [(each.time, dict(each.moved)) for each in one.firings] == [
            (each.time, dict(each.moved)) for each in other.firings
        ]
        assert len(one.firings) > 10
