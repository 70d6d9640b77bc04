"""Expanding changes no number: random models with dimensions, arrays, shifts, sums, components, delays and contests run
to the same bits when they are expanded, and what is printed is read back as it is."""

from hypothesis import HealthCheck, given, settings, strategies as st

from sdlang.diagnostics import Diagnostic
from sdlang.source import Source
from sdlang.syntax.parser import parse
from sdlang.syntax.printer import print_file
from tests.expanded import assert_runs_alike, flat

RUN = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
METHODS = [("reference", "euler"), ("fixed", "rk4")]

HEAD = """\
simulate 0 to 1 year, step 1/8 year
dim region = north, south
dim sector = retail, care, repair
dim age = 3 .. 6
dim place = region
component pool(initial, desired, speed = 0.5 / year, losing = 3% / year) from hires to quits to lost = cloud {
  stock staff = initial
  aux known = smooth(staff, 9 months, order = 2)
  flow hiring: hires -> staff = max(0, (desired - known) * speed)
  flow quitting: staff -> quits = staff * 11% / year
  flow losing_some: staff -> lost = staff * losing
}
component ladder(x, steps = 3) returns top {
  dim step = 1 .. steps
  aux rung[step] = if step == 1 then tanh(x) else rung[step - 1] * 0.7 + x / step
  aux top = rung[steps] + sum(rung over step) / 7
}
"""
NUMBERS = st.sampled_from(["0.5", "1", "1/3", "0.1", "3", "-0.7", "12%", "2"])

LEAVES = ["a", "w", "a[north]", "sum(b over sector)", "c[4]", "mean(c over age)", "max(b over region, sector)", "p"]
FORMS = [
    "({} + {})",
    "({} - {})",
    "{} * {}",
    "{} / (1 + abs({}))",
    "min({}, {})",
    "if {} > {} then 0.3 else a / 5",
    "(if region == north then {} else {})",
    "sum(b * ({}) over sector) / 9 + {}",
    "smooth({}, 7 months) + {}",
    "delay({}, 5 months, order = 2) - {}",
    "ladder({}, 4) * {}",
    "{} - rank(a over region) * {}",
    "clip({}, -1, 1) + {}",
    "normal(tanh({}), 0.2) - uniform(0, 1) * {}",
    "sum(lognormal(1 + {} ^ 2, 0.1) over region: place) / 5 + {}",
    "-{} ^ 2 * {}",
    "product(1 + 0.1 * tanh({}) over age: age, also: place where age != 4 or also == south) + {}",
]


@st.composite
def formulas(draw: st.DrawFn, depth: int = 2) -> str:
    """An equation in a place that is split by `region`, and only by that."""
    if depth == 0:
        return draw(st.one_of(NUMBERS, st.sampled_from(LEAVES)))
    one, other = draw(formulas(depth=depth - 1)), draw(formulas(depth=draw(st.integers(0, depth - 1))))
    return f"({draw(st.sampled_from(FORMS)).format(one, other)})"


@st.composite
def models(draw: st.DrawFn) -> str:
    """Stocks by region, sector and age; flows between their elements; components whose instances are split."""

    def rate() -> str:
        return f"tanh({draw(formulas())}) / 10 / 1 year"

    lines = [
        f"param p = {draw(NUMBERS)}",
        f"param w[region] = {{ north: {draw(NUMBERS)}, south: {draw(NUMBERS)} }}",
        f"stock a[region] = {draw(NUMBERS)} except {{ south: 3 }}",
        f"stock b[region, sector] = {draw(NUMBERS)} + w",
        f"stock c[age] = if age < 5 then {draw(NUMBERS)} else age / 7",
        "stock idle[region] = 40",
        "flow aging[age]: c[age] -> c[age + 1] = c / 3 / 1 year",
        "flow born: cloud -> c[3] = p / 1 year",
        "aux grown[age] = if age == 3 then p else grown[age - 1] * 1.1 + c[age] / 3",
    ]
    flows = [
        "flow f{n}[region]: a -> cloud = {rate}",
        "flow f{n}[region]: cloud -> a = {rate}",
        "flow f{n}[region, sector]: b -> a = b / 9 / 1 year",
        "flow f{n}[region, sector]: a[region] -> b[region, sector] = {rate}",
        "flow f{n}[region]: a -> {{ idle: 40%, b[region, care]: 1/3, cloud: rest }} = {rate}",
        "flow f{n}[here: region, there: region]: a[here] -> a[there] = if here == there then 0 else a[here] / 7 years",
    ]
    for number in range(draw(st.integers(1, 5))):
        lines.append(draw(st.sampled_from(flows)).format(n=number, rate=rate()))
    for number in range(draw(st.integers(0, 3))):
        lines.append(f"aux x{number}[region] = {draw(formulas())}")
    split = draw(st.sampled_from(["", "[region]", "[region, sector]"]))
    end = "idle[south]" if not split else "idle"
    if draw(st.booleans()):
        lines.append(
            f"pool clerks{split} {{\n  initial = {draw(NUMBERS)} + 2\n  desired = {draw(NUMBERS)} + p\n"
            f"  hires <- {end}\n  quits -> {{ {end}: 60%, cloud: rest }}\n}}"
        )
        if draw(st.booleans()):
            lines.append("flow other[region]: idle -> cloud = idle * 90% / year")
            how = draw(st.sampled_from(["proportional", "priority clerks.hiring, other"]))
            lines.append(f"share idle {how} within 6 months")
    lines.append("aux late[region] = conveyor_out(abs(a), 5 months, leak = 3% / year)")
    lines.append(f"expect smooth(p, 1 year) < {draw(NUMBERS)}")
    return HEAD + "\n".join(draw(st.permutations(lines))) + "\n"


@RUN
@given(models())
def test_an_expanded_model_runs_to_the_same_bits(text: str) -> None:
    assert_runs_alike(text, engines=METHODS)


@settings(RUN, max_examples=4)
@given(models())
def test_with_an_adaptive_method_too(text: str) -> None:
    assert_runs_alike(text, engines=[("scipy", "dop853")])


@RUN
@given(models())
def test_an_expansion_is_read_and_printed_as_it_is(text: str) -> None:
    expansion = flat(text)
    found: list[Diagnostic] = []
    file = parse(Source("flat.sd", expansion), found)
    assert not found
    assert print_file(file) == expansion
    assert flat(expansion) == expansion
