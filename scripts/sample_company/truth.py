"""What an exact attribution must find in the samples, worked out without the tool.

Direct cost is tokens times price, summed over the calls; the bills are never read here
except to prove that billed = direct + shared + not yet shared + gaps, to the last digit.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from sample_company.bills import Bill
from sample_company.model import KINDS, BillLine, Call, Outcome, plain, total
from sample_company.prices import cost

SMALLEST = Decimal(1).scaleb(-15)
RECEIVERS = ("support-triage", "claims-intake")
WORKFLOW_OF = {
    "ticket_resolved": "support-triage",
    "refund_decided": "refund-agent",
    "claim_processed": "claims-intake",
    "change_merged": "code-assistant",
    "contract_reviewed": "contract-review",
}

Weights = Mapping[str, Decimal | int]


def split(amount: Decimal, weights: Weights) -> dict[str, Decimal]:
    """Share an amount: each share cut at 1e-15, the rest to the largest, then by name."""
    whole = sum((Fraction(weight) for weight in weights.values()), Fraction(0))
    if not whole:
        return {}
    units = {
        name: int(Fraction(amount) * Fraction(weight) / whole / Fraction(SMALLEST))
        for name, weight in weights.items()
    }
    shares = {name: Decimal(count) * SMALLEST for name, count in units.items()}
    largest = min(shares, key=lambda name: (-shares[name], name))
    shares[largest] += amount - total(shares.values())
    return shares


def _named(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    """Return amounts as plain text, sorted by name."""
    return {name: plain(amounts[name]) for name in sorted(amounts)}


def _direct(calls: Iterable[Call]) -> tuple[dict[str, Decimal], Decimal]:
    """Return each workflow's own cost and the cost of calls no rule maps."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    unmapped = Decimal(0)
    for call in calls:
        if call.workflow:
            found[call.workflow] += cost(call)
        else:
            unmapped += cost(call)
    return dict(found), unmapped


def _tokens(calls: Iterable[Call]) -> dict[str, dict[str, int]]:
    """Return each workflow's calls and tokens by bucket; reasoning is inside output."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for call in calls:
        if call.workflow:
            counts = found[call.workflow]
            counts.update({f"{kind}_tokens": call.tokens.of(kind) for kind in KINDS})
            counts.update(calls=1, reasoning_tokens=call.tokens.reasoning)
    return {name: dict(sorted(found[name].items())) for name in sorted(found)}


def _pools(
    lines: Iterable[BillLine], tokens: Mapping[str, Mapping[str, int]], direct: Weights
) -> dict[str, tuple[Decimal, dict[str, Decimal]]]:
    """Return each pool's total and its shares; every charge category is split for itself."""
    parts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.category.startswith("pool:"):
            name, _, category = line.category.removeprefix("pool:").partition(":")
            parts[name, category] += line.amount
    keys: dict[str, Weights] = {
        "gateway": {name: sum(counts[f"{kind}_tokens"] for kind in KINDS) for name, counts in tokens.items()},
        "vector-search": {name: direct.get(name, Decimal(0)) for name in RECEIVERS},
    }
    found: dict[str, tuple[Decimal, dict[str, Decimal]]] = {}
    for (name, _), amount in sorted(parts.items()):
        before, shares = found.get(name, (Decimal(0), {}))
        more = split(amount, keys[name])
        found[name] = (before + amount, {key: shares.get(key, Decimal(0)) + more[key] for key in more})
    return found


def _per_outcome(calls: Iterable[Call], outcomes: Iterable[Outcome]) -> dict[str, object]:
    """Return attempts, successes and cost per success of each kind of outcome."""
    linked: dict[str, Decimal] = defaultdict(Decimal)
    unlinked: dict[str, Decimal] = defaultdict(Decimal)
    for call in calls:
        (linked if call.outcome_id else unlinked)[call.workflow or ""] += cost(call)
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.kind].append(outcome)
    found: dict[str, object] = {}
    for kind in sorted(kinds):
        workflow = WORKFLOW_OF[kind]
        wins = sum(1 for o in kinds[kind] if o.status == "success" and o.reopened_ms is None)
        found[kind] = {
            "attempts": len(kinds[kind]),
            "successes": wins,
            "linked_cost": plain(linked[workflow]),
            "unlinked_cost": plain(unlinked[workflow]),
            **_quotient(linked[workflow], wins),
        }
    return found


def _quotient(amount: Decimal, wins: int) -> dict[str, str | None]:
    """Return cost per success as an exact fraction and rounded half-even to 12 places."""
    if not wins:
        return {"cost_per_success": None, "cost_per_success_fraction": None}
    exact = Fraction(amount) / wins
    rounded = (amount / wins).quantize(Decimal(1).scaleb(-12), ROUND_HALF_EVEN)
    return {
        "cost_per_success": plain(rounded),
        "cost_per_success_fraction": f"{exact.numerator}/{exact.denominator}",
    }


def month_truth(
    calls: list[Call], outcomes: list[Outcome], bills: list[Bill], unlogged: Decimal
) -> dict[str, object]:
    """Return the truth of one month and prove that every billed cent has a place."""
    lines = [line for bill in bills if not bill.superseded_by for line in bill.lines]
    direct, unmapped = _direct(calls)
    tokens = _tokens(calls)
    pools = _pools(lines, tokens, direct)
    gaps = {
        "credit": total(line.amount for line in lines if line.category == "credit"),
        "tax": total(line.amount for line in lines if line.category == "tax"),
        "unlogged_usage": unlogged,
        "unmapped_usage": unmapped,
    }
    shared: dict[str, Decimal] = defaultdict(Decimal)
    for _, shares in pools.values():
        for name, share in shares.items():
            shared[name] += share
    waiting = total(amount for amount, shares in pools.values() if not shares)
    billed = total(line.amount for line in lines)
    placed = total([*direct.values(), *shared.values(), waiting, *gaps.values()])
    if billed != placed:
        raise AssertionError(f"billed {billed} but placed {placed}")
    return {
        "billed": {"USD": plain(billed)},
        "direct": _named(direct),
        "shared": _named(shared),
        "shared_unallocated": plain(waiting),
        "pools": {
            name: {"amount": plain(amount), "shares": _named(shares)}
            for name, (amount, shares) in pools.items()
        },
        "gaps": _named({cause: amount for cause, amount in gaps.items() if amount}),
        "outcomes": _per_outcome(calls, outcomes),
        "tokens": tokens,
    }
