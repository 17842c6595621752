"""A company whose bills and logs differ by what was planted; the generator keeps the truth.

Standard library only, and nothing of the package: prices are written out here from the providers' sheets,
every amount is a Decimal, and what a call was billed and what it should have cost is known call by call.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

MILLION = Decimal(1_000_000)
IN, READ, W5, W1, OUT = "input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "output"
KINDS = (IN, READ, W5, W1, OUT)
GAPS = (
    "unlogged",
    "retry",
    "batch",
    "hour_writes",
    "cut",
    "contract",
    "uplift",
    "credit",
    "tax",
    "late",
    "unmapped",
)


def sheet(*amounts: str) -> dict[str, Decimal]:
    return dict(zip(KINDS, map(Decimal, amounts), strict=False))


# USD per million tokens: input, cache read, 5-minute write, 1-hour write, output.
SONNET = sheet("3", "0.3", "3.75", "6", "15")
HAIKU = sheet("1", "0.1", "1.25", "2", "5")
OPUS = sheet("5", "0.5", "6.25", "10", "25")
SHEETS: dict[tuple[str, str], dict[str, Decimal]] = {
    ("anthropic", "claude-sonnet-4-5-20250929"): SONNET,
    ("anthropic", "claude-haiku-4-5-20251001"): HAIKU,
    ("anthropic", "claude-opus-4-5-20251101"): OPUS,
    ("aws-bedrock", "claude-sonnet-4-5-20250929"): SONNET,
    ("aws-bedrock", "claude-haiku-4-5-20251001"): HAIKU,
    ("aws-bedrock", "claude-opus-4-5-20251101"): OPUS,
    ("openai", "gpt-5-mini-2025-08-07"): {IN: Decimal("0.25"), READ: Decimal("0.025"), OUT: Decimal(2)},
    ("openai", "gpt-5-2025-08-07"): {IN: Decimal("1.25"), READ: Decimal("0.125"), OUT: Decimal(10)},
    ("openai", "gpt-4.1-2025-04-14"): {IN: Decimal(2), READ: Decimal("0.5"), OUT: Decimal(8)},
}
# The model that has batch prices on the sheet of its provider; the last model is kept for the unmapped name.
MODELS = {
    "anthropic": ("claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001", "claude-opus-4-5-20251101"),
    "aws-bedrock": ("claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001", "claude-opus-4-5-20251101"),
    "openai": ("gpt-5-mini-2025-08-07", "gpt-5-2025-08-07", "gpt-4.1-2025-04-14"),
}
BATCHED = {
    "openai": ("gpt-5-mini-2025-08-07",),
    "anthropic": MODELS["anthropic"],
    "aws-bedrock": MODELS["aws-bedrock"],
}
CAN = {
    "openai_csv": set(GAPS) - {"hour_writes", "uplift"},
    "openai_api": set(GAPS) - {"hour_writes", "uplift"},
    "anthropic_report": set(GAPS) - {"uplift", "credit", "tax"},
    "anthropic_focus": set(GAPS) - {"uplift"},
    "bedrock_cur": set(GAPS),
}
PROVIDER = {
    "openai_csv": "openai",
    "openai_api": "openai",
    "anthropic_report": "anthropic",
    "anthropic_focus": "anthropic",
    "bedrock_cur": "aws-bedrock",
}
DECIMALS = {"bedrock_cur": 10, "anthropic_focus": 12}


@dataclass(frozen=True)
class Call:
    """One call as it was made, logged and billed."""

    at: datetime
    billed_on: date
    model: str
    project: str
    tokens: dict[str, int]
    logged: bool = True
    failed: bool = False
    batch: bool = False
    hour: bool = False
    regional: bool = False
    unmapped: bool = False


@dataclass
class Bill:
    """One provider's bill: its format, what was planted, its calls and its other lines."""

    form: str
    gaps: set[str]
    contract: Decimal
    cut: tuple[str, date, Decimal] | None
    logged_name_known: bool
    shares_names: bool
    calls: list[Call] = field(default_factory=list)
    others: list[tuple[str, date, Decimal]] = field(default_factory=list)

    @property
    def provider(self) -> str:
        return PROVIDER[self.form]

    def list_rate(self, call: Call, kind: str, *, billed: bool) -> Decimal:
        """USD per token: the logged call's list price, or the list price of what was billed."""
        rates = SHEETS[self.provider, call.model]
        rate = rates[W1] if billed and call.hour and kind == W5 else rates[kind]
        if billed and call.batch:
            rate /= 2
        if billed and call.regional:
            rate *= Decimal("1.1")
        return rate / MILLION

    def change(self, call: Call) -> Decimal:
        if self.cut and self.cut[0] == call.model and call.billed_on >= self.cut[1]:
            return self.cut[2]
        return Decimal(1)

    def billed(self, call: Call, kind: str) -> Decimal:
        if call.failed:
            return Decimal(0)
        return call.tokens[kind] * self.list_rate(call, kind, billed=True) * self.change(call) * self.contract

    def expected(self, call: Call, kind: str) -> Decimal:
        if not call.logged or (call.unmapped and not self.logged_name_known):
            return Decimal(0)
        return call.tokens[kind] * self.list_rate(call, kind, billed=False)


@dataclass
class World:
    """The bills of one month, and the truth: planted money by provider, day and cause."""

    month: date
    bills: list[Bill]

    @property
    def end(self) -> date:
        return (self.month + timedelta(days=32)).replace(day=1)

    def truth(self) -> dict[tuple[str, date | None, str], Decimal]:
        found: dict[tuple[str, date | None, str], Decimal] = defaultdict(Decimal)
        for bill in self.bills:
            for cause, _, amount in bill.others:
                found[bill.provider, None, cause] += amount
            for call in bill.calls:
                for kind in call.tokens:
                    for day, cause, amount in self._parts(bill, call, kind):
                        found[bill.provider, day, cause] += amount
        return {key: amount for key, amount in found.items() if amount}

    def _parts(self, bill: Bill, call: Call, kind: str) -> Iterator[tuple[date, str, Decimal]]:
        billed, expected = bill.billed(call, kind), bill.expected(call, kind)
        logged_here = self.month <= call.at.date() < self.end
        billed_here = self.month <= call.billed_on < self.end
        if not logged_here and not billed_here:
            return
        if call.failed:
            yield call.at.date(), "failed_calls", -expected
        elif call.unmapped:
            yield call.billed_on, "unmapped_billing_name", billed
            yield call.at.date(), "unmapped_billing_name", -expected
        elif not call.logged:
            yield call.billed_on, "unlogged_usage", billed
        else:
            if call.billed_on != call.at.date():
                yield call.at.date(), "cutoff", -expected
                if not billed_here:
                    return
                yield call.billed_on, "cutoff", expected
            yield from self._rates(bill, call, kind)

    def _rates(self, bill: Bill, call: Call, kind: str) -> Iterator[tuple[date, str, Decimal]]:
        """From list to billed: lifetime, tier, scope, changed price, contract, one after another."""
        tokens, plain = call.tokens[kind], replace(call, hour=False, batch=False, regional=False)
        at = bill.list_rate(plain, kind, billed=True)
        for cause, now in (
            ("cache_lifetime", replace(plain, hour=call.hour)),
            ("tier", replace(plain, hour=call.hour, batch=call.batch)),
            ("scope_uplift", call),
        ):
            rate = bill.list_rate(now, kind, billed=True)
            yield call.billed_on, cause, tokens * (rate - at)
            at = rate
        changed = at * bill.change(call)
        yield call.billed_on, "price_change", tokens * (changed - at)
        yield call.billed_on, "contract_discount", tokens * changed * (bill.contract - 1)

    def billed_total(self) -> Decimal:
        calls = sum(
            (b.billed(c, kind) for b in self.bills for c in b.calls if self._bills(c) for kind in c.tokens),
            Decimal(0),
        )
        return calls + sum((amount for b in self.bills for _, _, amount in b.others), Decimal(0))

    def _bills(self, call: Call) -> bool:
        return self.month <= call.billed_on < self.end

    def write(self, folder: Path) -> list[Path]:
        """The files: a LiteLLM log, and each bill in its format, with the next month's where one begins."""
        paths = [folder / "litellm.jsonl"]
        paths[0].write_text(_log(self), encoding="utf-8")
        for number, bill in enumerate(self.bills):
            for month in sorted({call.billed_on.replace(day=1) for call in bill.calls if not call.failed}):
                name, text = FORMATS[bill.form](bill, month, self.month)
                path = folder / f"{number}-{month:%Y-%m}-{name}"
                path.write_text(text, encoding="utf-8")
                paths.append(path)
        return paths


# --- Planting ----------------------------------------------------------------------------------------


def make(seed: int) -> World:
    """A month of three bills with gaps chosen at random."""
    rng = random.Random(seed)  # noqa: S311  # a seed must repeat
    month = date(2026, rng.randint(2, 10), 1)
    forms = [
        rng.choice(("openai_csv", "openai_api")),
        rng.choice(("anthropic_report", "anthropic_focus")),
        "bedrock_cur",
    ]
    world = World(month, [])
    for form in forms:
        world.bills.append(_bill(rng, form, world))
    return world


def _bill(rng: random.Random, form: str, world: World) -> Bill:
    wanted = {gap for gap in sorted(CAN[form]) if rng.random() < 0.55} or {rng.choice(sorted(CAN[form]))}
    shares = rng.random() < 0.75
    if not shares:
        # Without names that both sides know, which of a day's tokens were late, or which were not logged and
        # which billed at another price, stands nowhere: no evidence could tell.
        wanted -= {"late", *(("batch", "hour_writes", "uplift") if "unlogged" in wanted else ())}
        wanted = wanted or {"retry"}
    days = (world.end - world.month).days
    provider = PROVIDER[form]
    cut = None
    if "cut" in wanted:
        day = world.month + timedelta(days=rng.randint(8, days - 8))
        cut = (rng.choice(MODELS[provider][:2]), day, Decimal(rng.choice(("0.8", "0.75", "0.9", "1.15"))))
    bill = Bill(
        form=form,
        gaps=wanted,
        contract=Decimal(rng.choice(("0.93", "0.93", "0.9", "0.875")))
        if "contract" in wanted
        else Decimal(1),
        cut=cut,
        logged_name_known=rng.random() < 0.5,
        shares_names=shares,
    )
    for offset in range(days):
        day = world.month + timedelta(days=offset)
        bill.calls += list(_day(rng, bill, day))
    for cause, sign in (("credit", -1), ("tax", 1)):
        if cause in wanted:
            bill.others.append(
                (cause, world.month + timedelta(days=rng.randint(0, days - 1)), _cents(rng) * sign)
            )
    return bill


def _cents(rng: random.Random) -> Decimal:
    return Decimal(rng.randint(100, 1500)) / 100


def _day(rng: random.Random, bill: Bill, day: date) -> Iterator[Call]:
    for project in ("team-a", "team-b", "team-c"):
        for model in MODELS[bill.provider][:2]:
            for _ in range(rng.randint(0, 3)):
                yield from _call(rng, bill, day, model, project)
    if "unlogged" in bill.gaps and rng.random() < 0.6:
        for _ in range(rng.randint(1, 3)):
            model = rng.choice(MODELS[bill.provider][:2])
            yield replace(_made(rng, bill, day, model, "team-shadow"), logged=False)
    if "unmapped" in bill.gaps and rng.random() < 0.5:
        yield replace(_made(rng, bill, day, MODELS[bill.provider][2], "team-b"), unmapped=True)
    if "late" in bill.gaps and rng.random() < 0.3:
        model, project = rng.choice(MODELS[bill.provider][:2]), rng.choice(("team-a", "team-b"))
        call = _made(rng, bill, day, model, project)
        at = datetime(day.year, day.month, day.day, 23, rng.randint(55, 59), rng.randint(0, 59))
        yield replace(call, at=at, billed_on=day + timedelta(days=1))


def _call(rng: random.Random, bill: Bill, day: date, model: str, project: str) -> Iterator[Call]:
    call = _made(rng, bill, day, model, project)
    if "retry" in bill.gaps and rng.random() < 0.08:
        yield replace(call, failed=True)
        call = replace(call, at=call.at + timedelta(seconds=2))
    gaps = bill.gaps
    yield replace(
        call,
        batch="batch" in gaps and model in BATCHED[bill.provider] and rng.random() < 0.2,
        hour="hour_writes" in gaps and project == "team-a",
        regional="uplift" in gaps and rng.random() < 0.25,
    )


def _made(rng: random.Random, bill: Bill, day: date, model: str, project: str) -> Call:
    tokens = {IN: rng.randint(200, 60_000), OUT: rng.randint(50, 9_000)}
    if rng.random() < 0.5:
        tokens[READ] = rng.randint(1_000, 90_000)
    if W5 in SHEETS[bill.provider, model] and rng.random() < 0.6:
        tokens[W5] = rng.randint(1_000, 40_000)
    at = datetime(day.year, day.month, day.day, rng.randint(0, 22), rng.randint(0, 59), rng.randint(0, 59))
    return Call(at, day, model, project, tokens)


# --- The log -----------------------------------------------------------------------------------------

LITELLM = {"openai": "openai", "anthropic": "anthropic", "aws-bedrock": "bedrock"}


def unmapped_name(bill: Bill) -> str:
    return {"openai": "nova-9-2026-01-01", "anthropic": "claude-nova-9", "aws-bedrock": "ClaudeNova9"}[
        bill.provider
    ]


def _log(world: World) -> str:
    lines = []
    for number, bill in enumerate(world.bills):
        for index, call in enumerate(bill.calls):
            if call.logged:
                lines.append(json.dumps(_log_record(bill, call, f"{number}-{index}")))
    return "\n".join(lines) + "\n"


def _log_record(bill: Bill, call: Call, name: str) -> dict[str, object]:
    model = call.model
    if call.unmapped and not bill.logged_name_known:
        model = unmapped_name(bill)
    elif bill.provider == "aws-bedrock":
        model = f"global.anthropic.{model}-v1:0"
    tokens = call.tokens
    prompt = sum(count for kind, count in tokens.items() if kind != OUT)
    usage = {
        "prompt_tokens_details": {
            "cached_tokens": tokens.get(READ, 0),
            "cache_creation_tokens": tokens.get(W5, 0),
            "cache_creation_token_details": {
                "ephemeral_5m_input_tokens": tokens.get(W5, 0),
                "ephemeral_1h_input_tokens": 0,
            },
        }
    }
    meta: dict[str, object] = {"litellm_call_id": f"call-{name}", "usage_object": usage}
    if bill.shares_names:
        meta["user_api_key_project_id"] = call.project
    else:
        meta["user_api_key_alias"] = f"alias of {call.project}"
    return {
        "request_id": f"req-{name}",
        "call_type": "acompletion",
        "cache_hit": "None",
        "startTime": call.at.strftime("%Y-%m-%d %H:%M:%S.000000"),
        "model": model,
        "custom_llm_provider": LITELLM[bill.provider],
        "user": "",
        "metadata": json.dumps(meta),
        "spend": 0.0,
        "prompt_tokens": prompt,
        "completion_tokens": tokens[OUT],
        "total_tokens": prompt + tokens[OUT],
        "request_tags": "[]",
        "status": "failure" if call.failed else "success",
    }


# --- The bills ---------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Line:
    """One line of a bill: the calls of a day that it prints together."""

    day: date
    project: str
    name: str
    kind: str
    batch: bool
    regional: bool


def _lines(bill: Bill, month: date) -> dict[Line, tuple[Decimal, int]]:
    found: dict[Line, tuple[Decimal, int]] = {}
    for call in bill.calls:
        if call.failed or call.billed_on.replace(day=1) != month:
            continue
        name = unmapped_name(bill) if call.unmapped else call.model
        for kind, count in call.tokens.items():
            billed_as = W1 if call.hour and kind == W5 else kind
            line = Line(call.billed_on, call.project, name, billed_as, call.batch, call.regional)
            amount, tokens = found.get(line, (Decimal(0), 0))
            found[line] = amount + bill.billed(call, kind), tokens + count
    return dict(sorted(found.items()))


def _others(bill: Bill, month: date, own: date) -> list[tuple[str, date, Decimal]]:
    return bill.others if month == own else []


def plain(amount: Decimal, places: int | None = None) -> str:
    if places is not None:
        amount = amount.quantize(Decimal(1).scaleb(-places))
    return format(amount, "f")


def epoch(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


OPENAI_KINDS = {IN: "input", READ: "cached input", OUT: "output"}


def _openai_item(line: Line) -> str:
    return f"{'batch | ' if line.batch else ''}{line.name}, {OPENAI_KINDS[line.kind]}"


def _openai_rows(bill: Bill, month: date, own: date) -> Iterator[tuple[date, Decimal, str, str]]:
    for line, (amount, _) in _lines(bill, month).items():
        yield line.day, amount, _openai_item(line), line.project
    for cause, day, amount in _others(bill, month, own):
        yield day, amount, {"credit": "promotional credit", "tax": "sales tax"}[cause], ""


def openai_csv(bill: Bill, month: date, own: date) -> tuple[str, str]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        "start_time end_time start_time_iso end_time_iso amount_value amount_currency quantity quantity_unit "
        "line_item user_id api_key_id project_id organization_id project_name organization_name".split()
    )
    for day, amount, item, project in _openai_rows(bill, month, own):
        end = day + timedelta(days=1)
        times = [epoch(day), epoch(end), f"{day}T00:00:00", f"{end}T00:00:00"]
        writer.writerow([*times, plain(amount), "usd", "", "", item, "", "", project, "org-1", "", "Acme"])
    return "openai.csv", out.getvalue()


def openai_api(bill: Bill, month: date, own: date) -> tuple[str, str]:
    days: dict[date, list[str]] = defaultdict(list)
    for day, amount, item, project in _openai_rows(bill, month, own):
        days[day].append(
            '{"object":"organization.costs.result","amount":{"value":' + plain(amount) + ',"currency":"usd"},'
            f'"line_item":{json.dumps(item)},"project_id":{json.dumps(project or None)},"api_key_id":null,'
            '"quantity":null,"quantity_unit":null}'
        )
    buckets = [
        f'{{"object":"bucket","start_time":{epoch(day)},"end_time":{epoch(day + timedelta(days=1))},'
        f'"results":[{",".join(rows)}]}}'
        for day, rows in sorted(days.items())
    ]
    return "openai.json", '{"object":"page","data":[' + ",\n".join(buckets) + '],"has_more":false}'


ANTHROPIC_KINDS = {
    IN: "uncached_input_tokens",
    READ: "cache_read_input_tokens",
    W5: "cache_creation.ephemeral_5m_input_tokens",
    W1: "cache_creation.ephemeral_1h_input_tokens",
    OUT: "output_tokens",
}


def anthropic_report(bill: Bill, month: date, own: date) -> tuple[str, str]:
    del own
    days: dict[date, list[dict[str, object]]] = defaultdict(list)
    for line, (amount, _) in _lines(bill, month).items():
        days[line.day].append(
            {
                "amount": plain(amount * 100),
                "context_window": "0-200k",
                "cost_type": "tokens",
                "currency": "USD",
                "description": f"{line.name} Usage - {line.kind}",
                "inference_geo": "not_available",
                "model": line.name,
                "service_tier": "batch" if line.batch else "standard",
                "token_type": ANTHROPIC_KINDS[line.kind],
                "workspace_id": line.project,
            }
        )
    data = [
        {
            "starting_at": f"{day}T00:00:00Z",
            "ending_at": f"{day + timedelta(days=1)}T00:00:00Z",
            "results": rows,
        }
        for day, rows in sorted(days.items())
    ]
    return "anthropic.json", json.dumps({"data": data, "has_more": False, "next_page": None})


# The meters of this FOCUS bill say neither the tier nor how long a cache write lives: the rate must show it.
FOCUS_METERS = {
    IN: "Input Tokens",
    READ: "Cache Read Input Tokens",
    W5: "Cache Write Input Tokens",
    W1: "Cache Write Input Tokens",
    OUT: "Output Tokens",
}


def anthropic_focus(bill: Bill, month: date, own: date) -> tuple[str, str]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        "BillingAccountId,BilledCost,EffectiveCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,"
        "ChargeDescription,ChargePeriodStart,ChargePeriodEnd,ConsumedQuantity,ConsumedUnit,ProviderName,ServiceName,"
        "SkuId,SkuMeter,SkuPriceDetails,SubAccountId".split(",")
    )
    end = (month + timedelta(days=32)).replace(day=1)
    period = [f"{month}T00:00:00Z", f"{end}T00:00:00Z"]
    for line, (amount, tokens) in _lines(bill, month).items():
        cost = plain(amount, DECIMALS[bill.form])
        direction = "Output" if line.kind == OUT else "Input"
        details = json.dumps({"ModelId": line.name, "TokenDirection": direction})
        day = [f"{line.day}T00:00:00Z", f"{line.day + timedelta(days=1)}T00:00:00Z"]
        sku = f"{line.name}/{line.kind}/{line.batch}"
        writer.writerow(
            [
                "acct-9",
                cost,
                cost,
                "USD",
                *period,
                "Usage",
                "",
                *day,
                tokens,
                "Tokens",
                "Anthropic",
                "Claude API",
                sku,
                FOCUS_METERS[line.kind],
                details,
                line.project,
            ]
        )
    for cause, _, amount in _others(bill, month, own):
        cost = plain(amount)
        category = {"credit": "Credit", "tax": "Tax"}[cause]
        writer.writerow(
            [
                "acct-9",
                cost,
                cost,
                "USD",
                *period,
                category,
                category,
                *period,
                "",
                "",
                "Anthropic",
                "Claude API",
                "",
                "",
                "",
                "",
            ]
        )
    return "focus.csv", out.getvalue()


BEDROCK_PRODUCTS = {
    "claude-sonnet-4-5-20250929": "Claude Sonnet 4.5 (Amazon Bedrock Edition)",
    "claude-haiku-4-5-20251001": "Claude Haiku 4.5 (Amazon Bedrock Edition)",
    "claude-opus-4-5-20251101": "Claude Opus 4.5 (Amazon Bedrock Edition)",
}
BEDROCK_KINDS = {
    IN: "InputTokenCount",
    READ: "CacheReadInputTokenCount",
    W5: "CacheWriteInputTokenCount",
    W1: "CacheWrite1hInputTokenCount",
    OUT: "OutputTokenCount",
}


def bedrock_cur(bill: Bill, month: date, own: date) -> tuple[str, str]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        "identity_line_item_id bill_payer_account_id bill_billing_period_start_date "
        "bill_billing_period_end_date line_item_usage_account_id line_item_line_item_type "
        "line_item_usage_start_date line_item_usage_end_date "
        "line_item_product_code line_item_usage_type line_item_usage_amount line_item_currency_code "
        "line_item_unblended_cost line_item_line_item_description pricing_unit".split()
    )
    end = (month + timedelta(days=32)).replace(day=1)
    period = [f"{month}T00:00:00Z", f"{end}T00:00:00Z"]
    number = 0
    for line, (amount, tokens) in _lines(bill, month).items():
        number += 1
        kind = (
            BEDROCK_KINDS[line.kind] + ("" if line.regional else "_Global") + ("-batch" if line.batch else "")
        )
        product = BEDROCK_PRODUCTS.get(line.name)
        usage_type = f"USE1-MP:USE1_{kind}-Units" if product else f"USE1-{line.name}-{_nova(line.kind)}"
        if not product and not line.regional:
            usage_type += "-cross-region-global"
        quantity = plain(Decimal(tokens) / 1000)
        writer.writerow(
            [
                f"li-{number}",
                "111122223333",
                *period,
                line.project,
                "Usage",
                f"{line.day}T00:00:00Z",
                f"{line.day + timedelta(days=1)}T00:00:00Z",
                "AmazonBedrockFoundationModels",
                usage_type,
                quantity,
                "USD",
                plain(amount, DECIMALS[bill.form]),
                f"{product or line.name} tokens",
                "1K tokens",
            ]
        )
    for cause, day, amount in _others(bill, month, own):
        number += 1
        writer.writerow(
            [
                f"li-{number}",
                "111122223333",
                *period,
                "team-a",
                {"credit": "Credit", "tax": "Tax"}[cause],
                f"{day}T00:00:00Z",
                f"{day + timedelta(days=1)}T00:00:00Z",
                "AmazonBedrock",
                "",
                "1",
                "USD",
                plain(amount),
                cause,
                "",
            ]
        )
    return "cur.csv", out.getvalue()


def _nova(kind: str) -> str:
    return {
        IN: "input-tokens",
        READ: "cache-read-input-token-count",
        W5: "cache-write-input-token-count",
        W1: "cache-write-1h-input-token-count",
        OUT: "output-tokens",
    }[kind]


FORMATS = {
    "openai_csv": openai_csv,
    "openai_api": openai_api,
    "anthropic_report": anthropic_report,
    "anthropic_focus": anthropic_focus,
    "bedrock_cur": bedrock_cur,
}
