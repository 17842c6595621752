"""Price and volume indexes by hand; the elasticity against statsmodels and against a known truth."""

from __future__ import annotations

import math
import random
from decimal import Decimal

import numpy as np
import pytest
import statsmodels.api as sm

from finops_ai.attribution.bridge.elasticity import (
    ASSUMED,
    Observation,
    estimate,
    price_events,
    rebound,
    t_95,
)
from finops_ai.attribution.bridge.indexes import Paid, WorkflowIndexes, workflow_indexes
from finops_ai.months import Month

D = Decimal
START = Month(2025, 1)


def panel(
    workflows: int, months: int, *, truth: float = -1.1, noise: float = 0.2, seed: int = 1, gaps: float = 0.0
) -> list[Observation]:
    """Workflows whose own prices fall twice, dear models on high-volume work, adoption in every month."""
    draw = random.Random(seed)  # noqa: S311 - the same panel in every run
    adoption = [0.05 * n + draw.gauss(0, 0.1) for n in range(months)]
    found = []
    for number in range(workflows):
        size = draw.gauss(14, 1)
        level = 0.6 * (size - 14)
        cuts = draw.sample(range(1, months), 2)
        falls = [draw.uniform(0.2, 1.0) for _ in cuts]
        for at in range(months):
            price = level - sum(fall for cut, fall in zip(cuts, falls, strict=True) if at >= cut)
            tokens = size + adoption[at] + truth * (price - level) + draw.gauss(0, noise)
            if draw.random() >= gaps:
                found.append(
                    Observation(
                        f"w{number:02d}", START.plus(at), D(str(math.exp(tokens))), D(str(math.exp(price)))
                    )
                )
    return found


def by_statsmodels(found: list[Observation]) -> tuple[float, float]:
    """The same estimate by dummies and clustered errors: (elasticity, standard error)."""
    workflows = sorted({each.workflow for each in found})
    months = sorted({each.month for each in found})[1:]
    design = np.array(
        [
            [
                math.log(each.price),
                *(float(each.workflow == name) for name in workflows),
                *(float(each.month == month) for month in months),
            ]
            for each in found
        ]
    )
    tokens = np.array([math.log(each.tokens) for each in found])
    groups = np.array([workflows.index(each.workflow) for each in found])
    fitted = sm.OLS(tokens, design).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return float(fitted.params[0]), float(fitted.bse[0])


@pytest.mark.parametrize(
    ("workflows", "months", "gaps"), [(8, 6, 0.0), (10, 12, 0.0), (12, 9, 0.25), (20, 14, 0.1)]
)
def test_estimate_and_standard_error_are_those_of_statsmodels(
    workflows: int, months: int, gaps: float
) -> None:
    found = panel(workflows, months, seed=workflows, gaps=gaps)
    ours = estimate(found)
    value, error = by_statsmodels(found)
    assert ours.value is not None
    assert ours.standard_error is not None
    assert float(ours.value) == pytest.approx(value, rel=1e-9)
    assert float(ours.standard_error) == pytest.approx(error, rel=1e-9)
    assert (ours.workflows, ours.observations) == (workflows, len(found))


def test_without_noise_the_truth_is_found() -> None:
    found = estimate(panel(9, 8, noise=0.0, truth=-0.7))
    assert found.value is not None
    assert found.standard_error is not None
    assert abs(found.value - D("-0.7")) < D("1e-12")
    assert found.standard_error < D("1e-12")


def test_the_band_is_student_t_widened() -> None:
    found = estimate(panel(10, 12))
    assert found.value is not None
    assert found.standard_error is not None
    assert found.low is not None
    assert found.high is not None
    half = D("1.833") * D("1.31") * found.standard_error
    assert abs(found.high - found.value - half) < D("1e-20")
    assert abs(found.value - found.low - half) < D("1e-20")
    assert (t_95(7), t_95(22), t_95(5000)) == (D("1.895"), D("1.725"), D("1.646"))


def test_the_band_holds_the_truth_in_about_nine_of_ten_panels() -> None:
    held = 0
    values = []
    for seed in range(60):
        found = estimate(panel(10, 12, seed=seed))
        assert found.value is not None
        assert found.low is not None
        assert found.high is not None
        values.append(found.value)
        held += found.low <= D("-1.1") <= found.high
    assert abs(sum(values, D(0)) / 60 + D("1.1")) < D("0.05")
    assert held >= 52


# --- Refused where the data cannot carry it -------------------------------------------------------


def test_few_workflows_or_price_events_are_refused() -> None:
    few = estimate(panel(7, 12))
    assert few.value is None
    assert few.refusals == ("workflows with tokens and prices in two months: 7, below 8",)
    flat = [Observation(f"w{w}", START.plus(n), D(100 + n * w), D(1)) for w in range(9) for n in range(6)]
    assert estimate(flat).refusals == ("price events of at least 1%: 0, below 8",)
    assert estimate([]).refusals == (
        "workflows with tokens and prices in two months: 0, below 8",
        "price events of at least 1%: 0, below 8",
    )


def test_one_price_cut_for_everybody_is_no_experiment() -> None:
    found = [
        Observation(f"w{w}", START.plus(n), D(100 + 10 * n + w * n), D(2) if n < 3 else D(1))
        for w in range(9)
        for n in range(6)
    ]
    assert estimate(found).refusals == (
        "prices moved for all workflows at once, which cannot be told from the months themselves",
    )


def test_a_panel_of_two_months_has_too_few_of_them() -> None:
    found = [
        Observation(f"w{w}", START.plus(n), D(100 + w + n), D(10 + w * n)) for w in range(9) for n in (0, 1)
    ]
    estimated = estimate(found)
    assert estimated.value is not None  # 18 observations, 9 workflows, 1 month, 1 slope: 7 are left
    ragged = [each for each in found if each.month == START] + found[1:2]
    assert estimate(ragged).value is None


def test_months_without_tokens_or_prices_and_lonely_ones_are_left_out() -> None:
    full = panel(9, 6)
    extra = [
        Observation("w00", START.plus(7), D(0), D(1)),
        Observation("w01", START.plus(7), D(5), D(0)),
        Observation("once", START, D(5), D(1)),
    ]
    assert estimate([*full, *extra]) == estimate(full)


def test_a_price_event_is_a_move_of_one_percent() -> None:
    prices = ("1", "1.009", "1.0191", "1.0191", "1.008909")
    found = [Observation("w", START.plus(n), D(1), D(price)) for n, price in enumerate(prices)]
    assert price_events(found) == 2  # 1.0191 / 1.009 is 1.001%, 1.008909 / 1.0191 is exactly -1%


# --- Rebound --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "spend", "share"),
    [("0.3", "1.14", "1.20"), ("0.1", "1.29", "1.32")],
)
def test_rebound_at_the_measured_elasticity_of_the_reference(price: str, spend: str, share: str) -> None:
    # The reference: at -1.11, prices of -70% and -90% give spend x1.14 and x1.29, rebound 120% and 132%.
    tokens, spent, back = rebound(D("-1.11"), D(price))
    assert back is not None
    assert (spent.quantize(D("0.01")), back.quantize(D("0.01"))) == (D(spend), D(share))
    assert abs(tokens * D(price) - spent) < D("1e-20")


def test_rebound_of_no_answer_at_all_is_nothing_and_of_a_rising_price_undefined() -> None:
    assert rebound(D(0), D("0.5")) == (1, D("0.5"), 0)
    assert rebound(D(-1), D("0.5"))[2] == 1
    assert rebound(ASSUMED, D(2))[2] is None


# --- Indexes --------------------------------------------------------------------------------------


def indexes(*paid: tuple[int, str | None, int, str], tokens: dict[int, int]) -> WorkflowIndexes:
    rows = [Paid(START.plus(at), sku, count, D(cost)) for at, sku, count, cost in paid]
    return workflow_indexes("a", "USD", rows, {START.plus(at): count for at, count in tokens.items()})


def prices(found: WorkflowIndexes) -> list[Decimal | None]:
    return [point.price_index for point in found.points]


def test_a_price_index_by_hand() -> None:
    # Basket: 300 of x, 100 of y. Month 0: x 1.00, y 4.00 -> 700. Month 1: x 0.50, y 4.00 -> 550.
    found = indexes(
        *((0, "x", 100, "100"), (0, "y", 50, "200"), (1, "x", 200, "100"), (1, "y", 50, "200")),
        tokens={0: 150, 1: 250},
    )
    assert [each and each.quantize(D("0.000001")) for each in prices(found)] == [100, D("78.571429")]
    assert [each.volume_index and each.volume_index.quantize(D("0.01")) for each in found.points] == [
        100,
        D("166.67"),
    ]
    assert (found.cost_index, found.price_events, found.priced_share) == (100, 1, 1)


def test_a_move_to_a_cheaper_model_is_no_price_change() -> None:
    found = indexes((0, "dear", 100, "100"), (1, "cheap", 100, "10"), tokens={0: 100, 1: 100})
    assert prices(found) == [100, 100]
    assert found.cost_index == 10


def test_a_price_stands_while_its_model_is_not_bought() -> None:
    found = indexes(
        *((0, "x", 10, "10"), (1, "y", 10, "30"), (2, "x", 10, "5")), tokens={0: 10, 1: 10, 2: 10}
    )
    # Basket 20 x and 10 y at 3.00: 50, 50, then x at 0.50: 40.
    assert prices(found) == [100, 100, 80]


def test_lines_without_a_kind_are_in_no_index_and_counted_out() -> None:
    found = indexes((0, "x", 10, "10"), (0, None, 10, "30"), (1, "x", 10, "10"), tokens={0: 20, 1: 10})
    assert prices(found) == [100, 100]
    assert found.priced_share == D("0.4")
    nothing = indexes((0, None, 10, "30"), (1, None, 10, "20"), tokens={0: 10})
    assert (prices(nothing), nothing.priced_share) == ([None, None], 0)
