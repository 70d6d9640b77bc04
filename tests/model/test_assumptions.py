"""What is known of parameters: what is kept of it, what stands in a hole, and that the printer and the flat model keep
it."""

from fractions import Fraction

import pytest

import sdlang
from sdlang.model.expressions import Constant
from sdlang.model.model import Evidence, Parameter, Spread
from tests.expanded import ENGINES, assert_runs_alike

DECAY = """\
simulate 0 to 10 years, step 1/4 year
{}
stock s = 100 people
flow f: s -> cloud = s * r
"""


def parameter(text: str, name: str = "r") -> Parameter:
    found = sdlang.compile(DECAY.format(text)).structure.variables[name]
    assert isinstance(found, Parameter)
    return found


def spread(text: str, name: str = "r") -> Spread:
    found = parameter(text, name).spread
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("hole", "middle"),
    [
        ("param r = ? in 5% .. 15% per year", 0.10),
        ("param r : 1/month = ? in 1% .. 3% per month", 0.24),  # 2 % a month, in years
        ("param r = ? in 5% .. 15% per year ~ uniform(5%, 7%) / year", 0.10),  # the range comes first
        ("param r = ? ~ normal(8%, 2%) / year", 0.08),
        ("param r = ? ~ uniform(4%, 8%) / year", 0.06),
        ("param r = ? ~ lognormal(7%, 0.5) / year", 0.07),  # its median
        # The median of a triangle that leans to the left: 20 % - sqrt(15 % * 15 % / 2).
        ("param r = ? ~ triangular(5%, 5%, 20%) / year", 0.20 - (0.15 * 0.15 / 2) ** 0.5),
        ("param r = ? ~ gamma(4, 2%) / year", 0.08),  # the mean, shape times scale: no formula for the median
    ],
)
def test_a_hole_takes_the_middle_of_what_is_known(hole: str, middle: float) -> None:
    assert parameter(hole).is_hole
    run = sdlang.compile(DECAY.format(hole)).run()
    assert run.in_own_units("r")[0] == pytest.approx(middle, rel=1e-12)


def test_a_factor_belongs_to_the_arguments_in_the_unit_of_the_result() -> None:
    per_year = spread("param r = 8% / year ~ normal(8%, 2%) / year")
    assert (per_year.function, per_year.arguments, per_year.text) == ("normal", (0.08, 0.02), "normal(8%, 2%) / year")
    assert spread("param r = 8% / year ~ normal(8% / year, 2% / year)").arguments == (0.08, 0.02)
    assert spread("param r = 8% / year ~ normal(8%, 2%) per year").arguments == (0.08, 0.02)
    assert spread("param r = 8% / year ~ normal(sd = 2%, mean = 8%) / year").arguments == (0.08, 0.02)
    # A month is a twelfth of a year; the spread of a logarithm is a plain number, whatever stands behind.
    assert spread("param r = 8% / year ~ lognormal(1%, 0.3) / month").arguments == pytest.approx((0.12, 0.3))


def test_a_number_without_a_unit_is_in_the_declared_one() -> None:
    assert spread("param r : 1/month = 0.01 ~ normal(0.01, 0.002)").arguments == pytest.approx((0.12, 0.024))


def test_arguments_may_be_parameters() -> None:
    assert spread("param r = 8% / year ~ normal(mean, mean / 4) / year\nparam mean = 8%\nplot mean").arguments == (
        0.08,
        0.02,
    )


def test_evidence_is_kept_as_it_was_written() -> None:
    whole = parameter('param r = 8% / year, source "BLS, JOLTS", dated 2024-05, confidence high')
    assert whole.evidence == Evidence("BLS, JOLTS", "2024-05", "high")
    assert parameter("param r = 8% / year, dated 2024").evidence == Evidence("", "2024", "")
    assert parameter("param r = 8% / year, dated 2024-05-17, confidence low").evidence == Evidence(
        "", "2024-05-17", "low"
    )
    assert parameter("param r = 8% / year").evidence is None


def test_uncertain_says_it_of_a_parameter_that_is_declared_elsewhere() -> None:
    told = parameter('param r = 8% / year\nuncertain r in 5% .. 15% per year ~ normal(8%, 2%) / year, source "BLS"')
    assert (told.low, told.high) == (0.05, 0.15)
    assert told.spread is not None
    assert told.spread.arguments == (0.08, 0.02)
    assert told.evidence == Evidence("BLS")
    assert isinstance(told.value, Constant)
    assert told.value.value == Fraction(8, 100)  # the value stays


def test_uncertain_leaves_what_it_does_not_say() -> None:
    told = parameter(
        'param r = 8% / year in 5% .. 15% per year, source "BLS"\nuncertain r ~ triangular(5%, 8%, 15%) / year'
    )
    assert (told.low, told.high, told.evidence) == (0.05, 0.15, Evidence("BLS"))


def test_uncertain_reaches_into_a_component() -> None:
    component = """\
component decay(amount : person) {
  param rate = 10% / year
  stock s = amount
  flow f: s -> cloud = s * rate
}
simulate 0 to 10 years, step 1/4 year
decay one { amount = 100 people }
decay two { amount = 100 people }
uncertain one.rate ~ uniform(5%, 6%) / year, source "a survey"
"""
    model = sdlang.compile(component)
    one, two = (model.structure.variables[f"{name}.rate"] for name in ("one", "two"))
    assert isinstance(one, Parameter)
    assert isinstance(two, Parameter)
    assert (one.spread is not None, two.spread is not None) == (True, False)
    again = sdlang.compile(assert_runs_alike(component)).structure.variables["one.rate"]
    assert isinstance(again, Parameter)
    assert (again.spread, again.evidence) == (one.spread, one.evidence)


KNOWN = [
    "param r = ? in 5% .. 15% per year",
    "param r = ? ~ uniform(5%, 15%) / year",
    "param r : 1/year = ? in 5% .. 15% per year ~ normal(8%, 3%) / year, confidence low",
    'param r "attrition" : 1/month = 1% / month ~ lognormal(1%, 0.2) / month, source "BLS", dated 2024-05',
    'param r = 8% / year\nuncertain r in 5% .. 15% per year ~ normal(8%, 2%) / year, source "BLS", confidence high',
]


@pytest.mark.parametrize("known", KNOWN)
def test_the_standard_form_and_the_flat_model_keep_what_is_known(known: str) -> None:
    text = DECAY.format(known)
    assert sdlang.format(sdlang.format(text)) == sdlang.format(text)
    one = parameter(known)
    for other in (sdlang.format(text), assert_runs_alike(text, engines=ENGINES[:2])):
        again = sdlang.compile(other).structure.variables["r"]
        assert isinstance(again, Parameter)
        assert (again.spread, again.evidence, again.is_hole) == (one.spread, one.evidence, one.is_hole)
        assert (again.low, again.high) == (one.low, one.high)


STRATA = """\
simulate 0 to 10 years, step 1/4 year
dim region = north, south
param r = ? in 5% .. 15% per year, source "BLS", dated 2024, confidence low
param k = 1
uncertain k ~ uniform(0.6, 1.4), source "a survey"
stock s = 100 people
flow f: s -> cloud = s * r * k
stratify model by region {
  s = { north: 70%, south: 30% }
}
"""


def test_stratify_keeps_holes_and_evidence() -> None:
    variables = sdlang.compile(STRATA).structure.variables
    r, k = variables["r"], variables["k"]
    assert isinstance(r, Parameter)
    assert isinstance(k, Parameter)
    assert (r.is_hole, r.evidence) == (True, Evidence("BLS", "2024", "low"))
    assert k.spread is not None
    assert_runs_alike(STRATA, engines=ENGINES[:2])
