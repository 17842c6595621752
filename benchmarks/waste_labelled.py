"""A month of model calls with waste planted in it, and a label for each planted call.

    python benchmarks/waste_labelled.py OUT [--calls 100000] [--seed 1] [--clean]

Writes OUT/calls.jsonl, labels.csv (detector, instance, call_id), outcomes.csv, bill.csv and finops.yaml. About nine
of ten calls are clean, and built to look like waste: retries that stop, cached sessions that grow, templates whose
sizes repeat, hard questions that deserve thought, routers and escalations between a cheap and a dear model, peaks of
real users, steady services with outcomes, prompts just below a price band. `--clean` plants nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 10, 1)
DAYS = 31
SONNET = ("anthropic", "claude-sonnet-4-5")
HAIKU = ("anthropic", "claude-haiku-4-5")
GPT5 = ("openai", "gpt-5")
GPT5_MINI = ("openai", "gpt-5-mini")
GPT54 = ("openai", "gpt-5.4")
Model = tuple[str, str]


@dataclass
class Log:
    """What has been written so far; `plants` is false for a log without waste."""

    rng: random.Random
    plants: bool = True
    calls: list[dict[str, Any]] = field(default_factory=list)
    labels: list[tuple[str, str, str]] = field(default_factory=list)
    outcomes: list[dict[str, str]] = field(default_factory=list)
    workflows: dict[str, list[str]] = field(default_factory=dict)
    """Name, and the models on its list (none: any)."""
    sessions: int = 0

    def call(self, workflow: str, model: Model, at: datetime, prompt: int, output: int, **more: Any) -> str:
        """Add one call; returns its id. `plant`: [(detector, instance)]."""
        self.workflows.setdefault(workflow, [])
        number = f"c{len(self.calls):07d}"
        for detector, instance in more.pop("plant", ()):
            self.labels.append((detector, instance, number))
        latency = more.pop("latency_ms", None) or int(300 + output * self.rng.uniform(8, 16))
        row = {
            "call_id": number,
            "at": at.isoformat(timespec="milliseconds") + "Z",
            "workflow": workflow,
            "provider": model[0],
            "model": model[1],
            "input_tokens": prompt,
            "output_tokens": output,
            "latency_ms": latency,
            **more,
        }
        self.calls.append({name: value for name, value in row.items() if value is not None})
        return number

    def session(self) -> str:
        """A new session id."""
        self.sessions += 1
        return f"s{self.sessions:06d}"

    def outcome(self, workflow: str, at: datetime, session: str | None = None) -> None:
        """Add one success of the workflow."""
        self.workflows.setdefault(workflow, [])
        self.outcomes.append(
            {
                "outcome_id": f"o{len(self.outcomes):06d}",
                "kind": f"{workflow}_done",
                "status": "success",
                "resolved_at": at.isoformat(timespec="seconds") + "Z",
                "session_id": session or "",
                "workflow": workflow,
            }
        )

    # Draws ----------------------------------------------------------------------------------

    def size(self, median: float, spread: float, low: int = 1, high: int = 180_000) -> int:
        """A lognormal number of tokens."""
        return max(low, min(high, int(self.rng.lognormvariate(0, spread) * median)))

    def near(self, value: float, share: float) -> int:
        """`value` give or take a share of it."""
        return int(value * self.rng.uniform(1 - share, 1 + share))

    def office(self) -> datetime:
        """A moment in working hours, mostly of a weekday."""
        while True:
            at = START + timedelta(days=self.rng.randrange(DAYS), seconds=self.rng.uniform(0, 86_400))
            weight = max(0.04, 1 - abs(at.hour - 13) * 0.13) * (1 if at.isoweekday() < 6 else 0.25)
            if self.rng.random() < weight:
                return at

    def anytime(self) -> datetime:
        """Any moment of the month."""
        return START + timedelta(seconds=self.rng.uniform(0, DAYS * 86_400 - 3_600))


def seconds(value: float) -> timedelta:
    """A span of time."""
    return timedelta(seconds=value)


# Clean traffic --------------------------------------------------------------------------------


def support(log: Log, calls: int) -> None:
    """Chats of users with a cached beginning; a call in a hundred fails, costs nothing and is tried again."""
    done = 0
    while done < calls:
        at, session, user = log.office(), log.session(), f"u{log.rng.randrange(900)}"
        history, turns = log.rng.randrange(60, 400), log.rng.randrange(1, 8)
        for turn in range(turns):
            answer = log.size(180, 0.5, 10)
            more: dict[str, Any] = {"session_id": session, "user_id": user, "api_key": "k-support"}
            if log.rng.random() < 0.012:
                for _ in range(log.rng.randrange(1, 3)):
                    log.call("support-chat", SONNET, at, 0, 0, status="failure", latency_ms=900, **more)
                    at += seconds(log.rng.uniform(1.5, 6))
            cached = (
                {"cache_read_tokens": 3_400}
                if turn or log.rng.random() < 0.9
                else {"cache_write_tokens": 3_400}
            )
            log.call("support-chat", SONNET, at, history, answer, **cached, **more)
            history += answer + log.rng.randrange(20, 160)
            at += seconds(log.rng.uniform(20, 150))
            done += 1
        log.outcome("support-chat", at, session)


def classify(log: Log, calls: int) -> None:
    """Short templated prompts whose sizes repeat, labels of a few tokens as answers."""
    for _ in range(calls):
        at = log.office()
        log.call("ticket-labels", GPT5_MINI, at, 380 + int(log.rng.expovariate(1 / 60)), log.rng.choice((3, 4, 4, 5, 9)),
                 api_key="k-labels")  # fmt: skip
        if log.rng.random() < 0.05:
            log.outcome("ticket-labels", at)


def documents(log: Log, calls: int) -> None:
    """Long documents, each read once; some just below the price band of long prompts."""
    for number in range(calls):
        prompt = log.size(9_000, 0.8, 300, 170_000) if number % 400 else log.rng.randrange(230_000, 270_000)
        at = log.office()
        log.call(
            "doc-summary",
            GPT54,
            at,
            prompt,
            log.size(420, 0.4),
            user_id=f"d{log.rng.randrange(200)}",
            api_key="k-docs",
        )
        if log.rng.random() < 0.2:
            log.outcome("doc-summary", at)


def coding(log: Log, calls: int) -> None:
    """Long agent sessions that grow, read from the cache; now and then an entry has expired and is written anew."""
    done = 0
    while done < calls:
        at, session, context = log.office(), log.session(), log.rng.randrange(9_000, 16_000)
        read = 0
        for _ in range(log.rng.randrange(12, 45)):
            step = log.size(900, 0.7, 60)
            expired = log.rng.random() < 0.04
            log.call("code-agent", SONNET, at, log.rng.randrange(3, 60), log.size(260, 0.7), session_id=session,
                     api_key="k-code", cache_read_tokens=0 if expired else read,
                     cache_write_tokens=context if expired or not read else step)  # fmt: skip
            read = context if expired or not read else read + step
            context += step
            at += seconds(log.rng.uniform(8, 70))
            done += 1
        log.outcome("code-agent", at, session)


def research(log: Log, calls: int) -> None:
    """Questions that deserve thought: long reasoning, long answers; and proofs with a short last line."""
    for _ in range(calls):
        visible, thought = log.size(900, 0.6, 150), log.size(5_000, 0.7, 300)
        log.call("research", GPT5, log.office(), log.size(2_500, 0.9), visible + thought, reasoning_tokens=thought,
                 user_id=f"r{log.rng.randrange(40)}", api_key="k-research")  # fmt: skip
    for _ in range(calls // 4):
        visible, thought = log.size(40, 0.4, 5), log.size(9_000, 0.5, 1_000)
        log.call(
            "proof-check",
            GPT5,
            log.office(),
            log.size(1_500, 0.6),
            visible + thought,
            reasoning_tokens=thought,
            api_key="k-proof",
        )
    for _ in range(calls // 3):
        thought = log.size(700, 0.5) if log.rng.random() < 0.35 else 0
        log.call(
            "adaptive",
            GPT5_MINI,
            log.office(),
            log.size(800, 0.6),
            thought + log.size(90, 0.4),
            reasoning_tokens=thought,
            api_key="k-adaptive",
        )


def rag(log: Log, calls: int) -> None:
    """Answers from passages that differ each time: no shared beginning to speak of, nothing cached."""
    done = 0
    while done < calls:
        at, session = log.office(), log.session()
        for _ in range(log.rng.randrange(1, 7)):
            log.call("policy-search", HAIKU, at, max(900, int(log.rng.gauss(9_500, 2_600))), log.size(220, 0.5, 8),
                     session_id=session, user_id=f"q{log.rng.randrange(300)}", api_key="k-rag")  # fmt: skip
            at += seconds(log.rng.uniform(25, 400))
            done += 1
        log.outcome("policy-search", at, session)


def routed(log: Log, calls: int) -> None:
    """A router by difficulty, and a cascade in which a failed answer of the cheap model goes to the dear one."""
    for _ in range(calls // 2):
        hard = log.rng.random() < 0.3
        log.call("router", GPT5 if hard else GPT5_MINI, log.office(), log.size(4_800 if hard else 700, 0.45),
                 log.size(900 if hard else 160, 0.45), api_key="k-router", user_id=f"x{log.rng.randrange(300)}")  # fmt: skip
    for _ in range(calls // 2):
        at, session, prompt = log.office(), log.session(), log.size(1_500, 0.5)
        more: dict[str, Any] = {"session_id": session, "api_key": "k-cascade"}
        log.call("cascade", GPT5_MINI, at, prompt, log.size(240, 0.4), **more)
        if log.rng.random() < 0.25:
            log.call(
                "cascade",
                GPT5,
                at + seconds(log.rng.uniform(4, 20)),
                prompt + log.rng.randrange(0, 40),
                log.size(260, 0.4),
                **more,
            )


def services(log: Log, calls: int) -> None:
    """Steady services that achieve something, health checks, a batch job at batch price, a pilot without outcomes."""
    every = DAYS * 86_400 / calls
    for number in range(calls):
        at = START + seconds(number * every + log.rng.uniform(0, every / 4))
        if number % 3:
            log.call(
                "fraud-watch",
                GPT5_MINI,
                at,
                log.size(500, 0.3, 60, 900),
                log.size(40, 0.3),
                api_key="k-fraud",
            )
        else:
            log.call("fraud-watch", GPT5_MINI, at, 8, 1, api_key="k-health")
        if number % 40 == 0:
            log.outcome("fraud-watch", at)
    for night in range(DAYS):
        for _ in range(max(1, calls // 90)):
            at = START + timedelta(days=night, hours=2, seconds=log.rng.uniform(0, 3_000))
            log.call(
                "night-scores",
                GPT5_MINI,
                at,
                log.size(900, 0.5),
                log.size(60, 0.4),
                service_tier="batch",
                api_key="k-night",
            )
    for _ in range(calls // 5):
        at = log.office()
        if at.day > 16:
            log.call(
                "new-pilot",
                HAIKU,
                at,
                log.size(700, 0.8),
                log.size(200, 0.6),
                user_id=f"p{log.rng.randrange(12)}",
                api_key="k-pilot",
            )
    for _ in range(calls // 8):
        log.call(
            "contracts", SONNET, log.office(), log.size(3_000, 0.9), log.size(500, 0.5), api_key="k-contracts"
        )
    for day in (1, 4, 9, 11, 17, 22, 27):
        log.outcome("contracts", START + timedelta(days=day, hours=10))


def peaks(log: Log, calls: int) -> None:
    """Real users who all come at once after a mailing; drafts of which several are asked for at once."""
    for peak in range(3):
        start = START + timedelta(days=6 + 9 * peak, hours=9)
        for _ in range(calls // 6):
            log.call("campaign", HAIKU, start + seconds(log.rng.expovariate(1 / 2_500)), log.size(500, 0.6), log.size(150, 0.5),
                     user_id=f"m{log.rng.randrange(4_000)}", api_key="k-campaign")  # fmt: skip
    for _ in range(calls // 10):
        at, session, prompt = log.office(), log.session(), log.size(1_800, 0.5)
        for _ in range(5):
            log.call("drafts", GPT5_MINI, at + seconds(log.rng.uniform(0, 0.1)), prompt, log.size(700, 0.4), session_id=session,
                     latency_ms=log.rng.randrange(5_000, 9_000), api_key="k-drafts")  # fmt: skip


CLEAN: tuple[tuple[Callable[[Log, int], None], float], ...] = (
    (support, 0.17),
    (classify, 0.12),
    (documents, 0.08),
    (coding, 0.13),
    (research, 0.05),
    (rag, 0.09),
    (routed, 0.09),
    (services, 0.07),
    (peaks, 0.05),
)


# Waste ----------------------------------------------------------------------------------------


def storms(log: Log, scale: float) -> None:
    """Runs of four to twelve attempts: failures without and with tokens, answers that were refused, keys without sessions."""
    for number in range(int(60 * scale)):
        kind, at, attempts = number % 4, log.office(), log.rng.randrange(4, 13)
        prompt, session = log.size(2_600, 0.6, 200), log.session()
        plant = [("retry_storm", f"storm-{number}")]
        for attempt in range(attempts):
            last = attempt == attempts - 1
            more: dict[str, Any] = {
                "session_id": None if kind == 3 else session,
                "api_key": f"k-claims-{number % 5}",
            }
            failed, billed = kind != 2 and not last, kind in (1, 3)
            labels = (plant if not last else []) + (
                [("failed_billed", "claims-agent")] if failed and billed else []
            )
            log.call("claims-agent", SONNET, at, prompt if billed or not failed else 0,
                     log.rng.randrange(0, 30) if failed and billed else 0 if failed else log.size(300, 0.5),
                     status="failure" if failed else "success", latency_ms=log.rng.randrange(900, 12_000), plant=labels, **more)  # fmt: skip
            at += seconds(log.rng.uniform(13, 45))
        log.outcome("claims-agent", at)


def failures(log: Log, scale: float) -> None:
    """Answers that were cut off and billed, one by one."""
    for number in range(int(160 * scale)):
        workflow = ("doc-summary", "policy-search")[number % 2]
        model = (GPT54, HAIKU)[number % 2]
        log.call(workflow, model, log.office(), log.size(7_000, 0.6, 300), log.rng.randrange(0, 400), status="failure",
                 latency_ms=60_000, api_key="k-rag", plant=[("failed_billed", f"{workflow}")])  # fmt: skip


def growth(log: Log, scale: float) -> None:
    """Sessions that send their whole past as plain input."""
    for _ in range(int(36 * scale)):
        at, session, prompt = log.office(), log.session(), log.rng.randrange(900, 4_000)
        step = log.rng.randrange(700, 2_600)
        for _ in range(log.rng.randrange(12, 32)):
            log.call("planner", SONNET, at, prompt, log.size(300, 0.4), session_id=session, api_key="k-planner",
                     plant=[("context_growth", session)])  # fmt: skip
            prompt += log.near(step, 0.35)
            at += seconds(log.rng.uniform(6, 90))
        log.outcome("planner", at, session)


def reloads(log: Log, scale: float) -> None:
    """Sessions that send one large context with each small question."""
    for _ in range(int(36 * scale)):
        at, session, context = log.office(), log.session(), log.rng.randrange(12_000, 90_000)
        for turn in range(log.rng.randrange(5, 18)):
            log.call("manual-helper", HAIKU, at, context + log.rng.randrange(20, 250), log.size(180, 0.5), session_id=session,
                     api_key="k-manual", plant=[("context_reload", session)] if turn else [])  # fmt: skip
            at += seconds(log.rng.uniform(10, 500))
        log.outcome("manual-helper", at, session)


def thinkers(log: Log, scale: float) -> None:
    """Short routine answers with reasoning left on."""
    for number in range(4):
        name = f"routine-{number}"
        for _ in range(int(220 * scale)):
            visible, thought = log.size(40 + 30 * number, 0.4, 3), log.size(350 + 200 * number, 0.5, 64)
            log.call(name, (GPT5, GPT5_MINI)[number % 2], log.office(), log.size(500, 0.5, 60), visible + thought,
                     reasoning_tokens=thought, api_key=f"k-{name}", user_id=f"t{log.rng.randrange(90)}",
                     plant=[("reasoning_default", name)])  # fmt: skip
        log.outcome(name, log.office())


def premium(log: Log, scale: float) -> None:
    """Half of a workflow's equal work goes to a model of several times the price."""
    for number in range(4):
        name, prompt, output = f"letters-{number}", log.rng.randrange(300, 1_500), log.rng.randrange(120, 500)
        for _ in range(int(360 * scale)):
            dear = log.rng.random() < 0.45
            log.call(name, GPT5 if dear else GPT5_MINI, log.office(), log.size(prompt, 0.5), log.size(output, 0.4),
                     user_id=f"l{log.rng.randrange(150)}", api_key=f"k-{name}",
                     plant=[("premium_model", name)] if dear else [])  # fmt: skip
        log.outcome(name, log.office())


def uncached(log: Log, scale: float) -> None:
    """One long beginning in front of each small question, never cached."""
    for number in range(4):
        name, prefix = f"extract-{number}", log.rng.randrange(2_200, 7_000)
        for _ in range(int(90 * scale)):
            at = log.office()
            for _ in range(log.rng.randrange(2, 7)):
                log.call(name, (SONNET, GPT5_MINI)[number % 2], at, prefix + log.size(prefix * 0.09, 0.7), log.size(90, 0.4),
                         api_key=f"k-{name}", user_id=f"e{log.rng.randrange(200)}", plant=[("missed_cache", name)])  # fmt: skip
                at += seconds(log.rng.uniform(5, 150))
        log.outcome(name, log.office())


def writes(log: Log, scale: float) -> None:
    """Sessions whose beginning changes each turn, and single calls that are marked for a cache nobody reads."""
    for _ in range(int(24 * scale)):
        at, session = log.office(), log.session()
        for _ in range(log.rng.randrange(4, 12)):
            log.call("summariser", SONNET, at, log.rng.randrange(20, 200), log.size(200, 0.4), session_id=session, api_key="k-sum",
                     cache_write_tokens=log.rng.randrange(3_000, 9_000), plant=[("unread_cache_write", session)])  # fmt: skip
            at += seconds(log.rng.uniform(20, 200))
    log.outcome("summariser", log.office())
    for _ in range(int(300 * scale)):
        log.call("one-shot", HAIKU, log.office(), log.rng.randrange(20, 200), log.size(300, 0.4), api_key="k-oneshot",
                 cache_write_tokens=log.size(5_000, 0.5, 1_100), plant=[("unread_cache_write", "one-shot")])  # fmt: skip
    log.outcome("one-shot", log.office())


def duplicates(log: Log, scale: float) -> None:
    """Answers of clean workflows that were asked for once more: a double click, a job that ran twice."""
    sources = [call for call in log.calls if call["workflow"] in ("doc-summary", "research", "policy-search", "planner-notes")
               and call.get("status") != "failure"]  # fmt: skip
    for number, call in enumerate(log.rng.sample(sources, int(400 * scale))):
        at = datetime.fromisoformat(call["at"].rstrip("Z")) + seconds(
            log.rng.choice((0.4, 20, 300, 1_500)) * log.rng.uniform(0.5, 2)
        )
        kept = {name: value for name, value in call.items() if name not in ("call_id", "at", "latency_ms")}
        log.call(kept.pop("workflow"), (kept.pop("provider"), kept.pop("model")), at, kept.pop("input_tokens"), kept.pop("output_tokens"),
                 **{**kept, "session_id": kept.get("session_id") and log.session()}, plant=[("duplicate_request", f"copy-{number}")])  # fmt: skip


def nightly(log: Log, scale: float) -> None:
    """Jobs of the night that pay the interactive price."""
    for number in range(4):
        name, hour, nights = f"enrich-{number}", log.rng.randrange(0, 23), log.rng.randrange(3, 7)
        for night in log.rng.sample(range(DAYS - 1), nights):
            for _ in range(max(130, int(180 * scale))):
                at = START + timedelta(days=night, hours=hour, seconds=log.rng.uniform(0, 3_400))
                log.call(name, (GPT5_MINI, HAIKU)[number % 2], at, log.size(800, 0.8), log.size(150, 0.5), api_key=f"k-{name}",
                         plant=[("batch_eligible", name)])  # fmt: skip
        log.outcome(name, log.office())


def pollers(log: Log, _scale: float) -> None:
    """Agents that call on a timer, day and night, and achieve nothing that is recorded."""
    for number, every in enumerate((900, 1_200, 600)):
        at = START + seconds(log.rng.uniform(0, 600))
        while at < START + timedelta(days=DAYS):
            jitter = log.rng.expovariate(1 / every) if number == 2 else every * log.rng.uniform(0.98, 1.02)
            at += seconds(jitter)
            if at < START + timedelta(days=DAYS):
                log.call(f"poller-{number}", HAIKU, at, log.size(600, 0.3, 60, 950), log.size(60, 0.5), api_key=f"k-poller-{number}",
                         plant=[("flat_line", f"poller-{number}")])  # fmt: skip


def zombies(log: Log, scale: float) -> None:
    """Workflows whose outcomes end while their calls go on."""
    for number in range(3):
        name, end = f"old-bot-{number}", START + timedelta(days=log.rng.uniform(7, 12))
        at = START
        while at < end:
            log.outcome(name, at)
            at += timedelta(hours=log.rng.uniform(4, 40))
        last = max(
            datetime.fromisoformat(each["resolved_at"].rstrip("Z"))
            for each in log.outcomes
            if each["workflow"] == name
        )
        for _ in range(int(320 * scale)):
            at = log.office()
            log.call(name, HAIKU, at, log.size(900, 0.7), log.size(120, 0.5), api_key=f"k-{name}",
                     plant=[("zombie_workflow", name)] if at > last else [])  # fmt: skip


def long_prompts(log: Log, scale: float) -> None:
    """Prompts above the limit of the price band."""
    for _ in range(int(80 * scale)):
        log.call("doc-summary", GPT54, log.office(), log.rng.randrange(273_000, 390_000), log.size(420, 0.4), api_key="k-docs",
                 plant=[("long_context", "doc-summary")])  # fmt: skip


def refused(log: Log, scale: float) -> None:
    """Models that the workflow's list does not have."""
    log.workflows["support-chat"] = ["claude-sonnet-4-5*"]
    log.workflows["ticket-labels"] = ["gpt-5-mini*", "gpt-5-nano*"]
    for number in range(int(150 * scale)):
        workflow = ("support-chat", "ticket-labels")[number % 2]
        log.call(workflow, GPT54 if number % 2 else ("anthropic", "claude-opus-4-5"), log.office(), log.size(900, 0.6), log.size(300, 0.5),
                 api_key="k-shadow", plant=[("model_policy", workflow)])  # fmt: skip


WASTE: tuple[Callable[[Log, float], None], ...] = (
    storms, failures, growth, reloads, thinkers, premium, uncached, writes, duplicates, nightly, pollers, zombies, long_prompts, refused,
)  # fmt: skip
# Commitments: name, tokens a month, share used; those with a tenth or more idle are planted.
COMMITMENTS = (("ptu-east", 0.55), ("ptu-west", 0.97), ("ptu-north", 0.20), ("ptu-south", 1.0))
BILL_HEAD = (
    "BillingAccountId,BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargeDescription,"
    "ChargePeriodStart,ChargePeriodEnd,EffectiveCost,ListCost,ContractedCost,ProviderName,ServiceName"
)


def commitments(log: Log) -> tuple[list[str], list[str]]:
    """Lines of the bill and of finops.yaml; of a clean log every commitment is used."""
    span = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"
    bill, config = [], []
    for number, (name, used) in enumerate(COMMITMENTS):
        share = used if log.plants else max(used, 0.95)
        cost, tokens = 800 + 100 * number, 0
        for _ in range(40):
            prompt, output = log.size(700, 0.4, 60, 950), log.size(90, 0.4)
            log.call(
                name,
                HAIKU,
                log.office(),
                prompt,
                output,
                api_key=f"k-{name}",
                user_id=f"z{log.rng.randrange(99)}",
            )
            tokens += prompt + output
        log.outcome(name, log.office())
        bill.append(f"acme,{cost},USD,{span},Purchase,{name},{span},{cost},{cost},{cost},Hosting,{name}")
        config.append(f"  - {{name: {name}, kind: throughput, when: {{service_name: {name}}}, used_by: {{workflow_hint: {name}}}, "
                      f"capacity: {int(tokens / share)}}}")  # fmt: skip
        if share <= 0.9:
            log.labels.append(("idle_capacity", name, ""))
    return bill, config


def make(calls: int, seed: int, *, clean: bool = False) -> tuple[Log, list[str], list[str]]:
    """A log of about `calls` calls, and the lines of its bill and commitments."""
    log = Log(random.Random(seed), plants=not clean)
    for part, share in CLEAN:
        part(log, max(40, int(calls * share)))
    if not clean:
        for waste in WASTE:
            waste(log, max(0.5, calls / 100_000))
    bill, committed = commitments(log)
    if len(log.calls) < calls:
        classify(log, calls - len(log.calls))
    return log, bill, committed


def write(out: Path, calls: int, seed: int, *, clean: bool = False) -> Log:
    """Write the folder; returns what was written."""
    log, bill, committed = make(calls, seed, clean=clean)
    save(log, out, bill, committed)
    return log


def save(log: Log, out: Path, bill: list[str], committed: list[str]) -> None:
    """Write a labelled folder: what was logged, with the lines of its bill and of its commitments."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "calls.jsonl").open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(call) + "\n" for call in log.calls)
    with (out / "labels.csv").open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([("detector", "instance", "call_id"), *log.labels])
    with (out / "outcomes.csv").open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, list(log.outcomes[0]))
        writer.writeheader()
        writer.writerows(log.outcomes)
    (out / "bill.csv").write_text("\n".join([BILL_HEAD, *bill]) + "\n", encoding="utf-8")
    workflows = [
        f"  {name}: {{models: {json.dumps(models)}}}" if models else f"  {name}: {{}}"
        for name, models in log.workflows.items()
    ]
    known = sorted({each["workflow"] for each in log.outcomes})
    links = [f"  - {{kind: {name}_done, workflow: {name}, link: session_id}}" for name in known]
    text = [
        "version: 1",
        "importers: [waste_calls.sql]",
        "workflows:",
        *workflows,
        "outcomes:",
        *links,
        "commitments:",
        *committed,
    ]
    (out / "finops.yaml").write_text("\n".join(text) + "\n", encoding="utf-8")
    (out / "waste_calls.sql").write_text(
        Path(__file__).with_name("waste_calls.sql").read_text(encoding="utf-8"), encoding="utf-8"
    )


def main() -> None:
    """Write a labelled folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", action="store_true")
    options = parser.parse_args()
    log = write(options.out, options.calls, options.seed, clean=options.clean)
    print(
        f"{options.out}: {len(log.calls):,} calls, {len({call for _, _, call in log.labels}):,} of them planted"
    )


if __name__ == "__main__":
    main()
