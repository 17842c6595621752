"""A second kind of labelled log: workflows drawn at random, with waste planted among their own clean calls.

The company of waste_labelled.py plants most kinds of waste in workflows of their own. Here every seed draws other
workflows (what they do, sizes, models, whether calls carry sessions, users, latency or whole seconds), and storms,
growing and reloading sessions, unread writes, duplicates, jobs and failures happen inside them. `write_mixed` is
what detectors.py calls with `--world mixed`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from waste_labelled import (
    DAYS,
    GPT5,
    GPT5_MINI,
    GPT54,
    HAIKU,
    SONNET,
    START,
    Log,
    Model,
    commitments,
    save,
    seconds,
)

KINDS = ("chat", "single", "template", "document", "agent", "deep", "sparse")
OPUS: Model = ("anthropic", "claude-opus-4-5")
MODELS = {
    "chat": (SONNET, HAIKU),
    "single": (GPT5_MINI, HAIKU, SONNET, GPT54),
    "template": (GPT5_MINI, HAIKU),
    "document": (GPT54, SONNET, HAIKU),
    "agent": (SONNET, OPUS),
    "deep": (GPT5,),
    "sparse": (SONNET, GPT5_MINI),
}


@dataclass
class Flow:
    """One workflow: what it does, and what its log carries."""

    name: str
    kind: str
    model: Model
    prompt: int
    spread: float
    answer: int
    has_session: bool
    has_user: bool
    has_latency: bool
    in_seconds: bool
    is_daytime: bool

    def more(self, log: Log, session: str | None = None, user: str | None = None) -> dict[str, Any]:
        """The fields beside tokens."""
        return {
            "session_id": session if self.has_session else None,
            "user_id": (user or f"{self.name}-u{log.rng.randrange(250)}") if self.has_user else None,
            "api_key": f"k-{self.name}",
        }


def call(log: Log, flow: Flow, at: datetime, prompt: int, answer: int, **more: Any) -> str:
    """Add a call the way the flow's log writes it."""
    if flow.in_seconds:
        at = at.replace(microsecond=0)
    made = log.call(flow.name, more.pop("model", flow.model), at, prompt, answer, **more)
    if not flow.has_latency:
        del log.calls[-1]["latency_ms"]
    return made


def moment(log: Log, flow: Flow) -> datetime:
    """When something of the flow happens."""
    return log.office() if flow.is_daytime else log.anytime()


def draw(log: Log, number: int) -> Flow:
    """A workflow at random; the first seven have one kind each."""
    rng = log.rng
    kind = KINDS[number] if number < len(KINDS) else rng.choice(KINDS[:6])
    return Flow(
        name=f"{kind}-{number}",
        kind=kind,
        model=rng.choice(MODELS[kind]),
        prompt=rng.randrange(250, 700) if kind == "template" else rng.randrange(600, 3_500),
        spread=rng.uniform(0.6, 1.0),
        answer=rng.randrange(60, 500),
        has_session=kind in ("chat", "agent") or rng.random() < 0.3,
        has_user=rng.random() < 0.6,
        has_latency=rng.random() < 0.7,
        in_seconds=rng.random() < 0.4,
        is_daytime=rng.random() < 0.75,
    )


def traffic(log: Log, flow: Flow, calls: int) -> None:
    """The clean calls of a flow, with an outcome for every twentieth or so."""
    made = 0
    while made < calls:
        at = moment(log, flow)
        made += unit(log, flow, at)
        if log.rng.random() < (0.5 if flow.kind in ("chat", "agent") else 0.05):
            log.outcome(flow.name, at)


def unit(log: Log, flow: Flow, at: datetime) -> int:
    """One piece of clean work; how many calls it took."""
    rng, session = log.rng, log.session()
    user = f"{flow.name}-u{rng.randrange(250)}"
    more = flow.more(log, session, user)
    retried(log, flow, at, more)
    if flow.kind == "chat":
        return chat(log, flow, at, more)
    if flow.kind == "agent":
        return agent(log, flow, at, more)
    if flow.kind == "template":
        call(log, flow, at, flow.prompt + int(rng.expovariate(1 / 25)), rng.choice((2, 3, 3, 6, 11)), **more)
        return 1
    if flow.kind == "deep":
        thought, visible = log.size(5_500, 0.6, 300), log.size(700, 0.6, 60)
        call(
            log,
            flow,
            at,
            log.size(flow.prompt, flow.spread),
            thought + visible,
            reasoning_tokens=thought,
            **more,
        )
        return 1
    median = flow.prompt * (4 if flow.kind == "document" else 1)
    if flow.kind == "sparse":
        # One long beginning, but hours between calls: no cache would live that long.
        call(log, flow, at, 4_000 + log.size(300, 0.5), log.size(flow.answer, 0.5), **more)
        return 40
    call(log, flow, at, log.size(median, flow.spread, 40), log.size(flow.answer, 0.5), **more)
    return 1


def retried(log: Log, flow: Flow, at: datetime, more: dict[str, Any]) -> None:
    """One call in eighty fails, once to three times, and costs nothing."""
    if log.rng.random() < 0.0125:
        for attempt in range(log.rng.choice((1, 1, 1, 2))):
            call(log, flow, at - seconds(4 * (3 - attempt)), 0, 0, status="failure", latency_ms=800, **more)


def chat(log: Log, flow: Flow, at: datetime, more: dict[str, Any]) -> int:
    """A conversation whose beginning is read from the cache."""
    history, turns = log.rng.randrange(40, 300), log.rng.randrange(1, 10)
    cached = "cache_write_tokens" if log.rng.random() < 0.15 else "cache_read_tokens"
    for turn in range(turns):
        answer = log.size(flow.answer, 0.5, 8)
        call(
            log,
            flow,
            at,
            history,
            answer,
            **{cached if not turn else "cache_read_tokens": flow.prompt + 1_100},
            **more,
        )
        history += answer + log.rng.randrange(15, 150)
        at += seconds(log.rng.uniform(15, 240))
    return turns


def agent(log: Log, flow: Flow, at: datetime, more: dict[str, Any]) -> int:
    """A long session that grows and is read from the cache; one in ten sessions summarises itself halfway."""
    context, read, turns = log.rng.randrange(6_000, 20_000), 0, log.rng.randrange(8, 40)
    for turn in range(turns):
        step = log.size(700, 0.7, 50)
        call(log, flow, at, log.rng.randrange(2, 80), log.size(flow.answer, 0.6), cache_read_tokens=read,
             cache_write_tokens=context if not read else step, **more)  # fmt: skip
        read = context if not read else read + step
        context += step
        if turn == turns // 2 and log.rng.random() < 0.1:
            context, read = 8_000, 0
        at += seconds(log.rng.uniform(5, 120))
    return turns


# Waste ----------------------------------------------------------------------------------------


def plant(log: Log, flows: list[Flow], scale: float) -> None:
    """Every kind of waste, in flows where it can happen."""
    plain = [flow for flow in flows if flow.kind in ("single", "document", "deep")]
    spoken = [flow for flow in flows if flow.kind in ("chat", "agent")]
    inside(log, flows, plain, spoken, scale)
    whole(log, scale)
    copies(log, {flow.name: flow for flow in plain}, scale)


def inside(log: Log, flows: list[Flow], plain: list[Flow], spoken: list[Flow], scale: float) -> None:
    """Waste among the calls of clean workflows."""
    for number in range(int(50 * scale)):
        storm(log, log.rng.choice(spoken + plain), f"storm-{number}")
        growing(log, log.rng.choice(spoken), number)
        reloading(log, log.rng.choice(spoken), number)
    for number in range(int(30 * scale)):
        unread(log, log.rng.choice([flow for flow in spoken if flow.model[0] == "anthropic"]), number)
    for _ in range(int(150 * scale)):
        flow = log.rng.choice(flows)
        call(log, flow, moment(log, flow), log.size(1_500, 0.8, 50), log.rng.randrange(0, 300), status="failure",
             plant=[("failed_billed", flow.name)], **flow.more(log, log.session()))  # fmt: skip
    for flow in log.rng.sample(plain, min(3, len(plain))):
        job(log, flow, scale)
    for _ in range(int(60 * scale)):
        flow = log.rng.choice(plain)
        call(log, flow, moment(log, flow), log.rng.randrange(272_001, 500_000), log.size(400, 0.4), model=GPT54,
             plant=[("long_context", flow.name)], **flow.more(log))  # fmt: skip
    for flow in log.rng.sample([flow for flow in flows if flow.kind in ("template", "chat", "sparse")], 2):
        log.workflows[flow.name] = [flow.model[1] + "*"]
        for _ in range(int(70 * scale)):
            call(log, flow, moment(log, flow), log.size(900, 0.6), log.size(200, 0.6), model=GPT5,
                 plant=[("model_policy", flow.name)], **flow.more(log))  # fmt: skip


def storm(log: Log, flow: Flow, name: str) -> None:
    """Four to ten attempts at one request."""
    rng, at, session = log.rng, moment(log, flow), log.session()
    more, attempts = flow.more(log, session), rng.randrange(4, 11)
    prompt = rng.randrange(1_000, 9_000)
    kind = (
        rng.choice(("free", "billed", "refused")) if flow.has_session else rng.choice(("billed", "refused"))
    )
    for attempt in range(attempts):
        last = attempt == attempts - 1
        failed = kind != "refused" and not last
        labels = [] if last else [("retry_storm", name)]
        labels += [("failed_billed", flow.name)] if failed and kind == "billed" else []
        size = (
            0
            if failed and kind == "free"
            else prompt + (rng.randrange(0, prompt // 40) if kind == "billed" and flow.has_session else 0)
        )
        call(log, flow, at, size, 0 if failed else log.size(flow.answer, 0.4), status="failure" if failed else "success",
             latency_ms=rng.randrange(500, 6_000), plant=labels, **more)  # fmt: skip
        at += seconds(rng.choice((7, 15, 40)) * rng.uniform(1, 1.5))
    log.outcome(flow.name, at)


def growing(log: Log, flow: Flow, number: int) -> None:
    """A session that sends its whole past as plain input."""
    at, session, prompt, step = (
        moment(log, flow),
        f"grow-{number}",
        log.rng.randrange(400, 3_000),
        log.rng.randrange(500, 2_500),
    )
    more = flow.more(log, session)
    for _ in range(log.rng.randrange(max(10, 9_000 // step + 2), 34)):
        call(log, flow, at, prompt, log.size(flow.answer, 0.5), plant=[("context_growth", session)], **more)
        prompt += log.near(step, 0.6)
        at += seconds(log.rng.uniform(5, 200))


def reloading(log: Log, flow: Flow, number: int) -> None:
    """A session that sends one large context with every question."""
    at, session, context = moment(log, flow), f"load-{number}", log.rng.randrange(11_000, 120_000)
    more = flow.more(log, session)
    for turn in range(log.rng.randrange(4, 14)):
        call(log, flow, at, context + log.rng.randrange(10, context // 40), log.size(flow.answer, 0.5),
             plant=[("context_reload", session)] if turn else [], **more)  # fmt: skip
        at += seconds(log.rng.uniform(10, 900))


def unread(log: Log, flow: Flow, number: int) -> None:
    """A session that writes its beginning to the cache anew each turn."""
    at, session = moment(log, flow), f"write-{number}"
    more = flow.more(log, session)
    for _ in range(log.rng.randrange(3, 12)):
        call(log, flow, at, log.rng.randrange(10, 300), log.size(flow.answer, 0.5), cache_write_tokens=log.rng.randrange(1_500, 20_000),
             plant=[("unread_cache_write", session)], **more)  # fmt: skip
        at += seconds(log.rng.uniform(10, 280))


def job(log: Log, flow: Flow, scale: float) -> None:
    """Bursts by a key of its own in an interactive workflow; some name the run as their session."""
    hour, named = log.rng.randrange(0, 23), log.rng.random() < 0.5
    for night in log.rng.sample(range(DAYS), log.rng.randrange(2, 8)):
        for _ in range(log.rng.randrange(70, 90 + int(150 * scale))):
            at = START + timedelta(days=night, hours=hour, seconds=log.rng.uniform(0, 2_900))
            call(log, flow, at, log.size(flow.prompt, 0.8), log.size(flow.answer, 0.5), api_key=f"k-job-{flow.name}",
                 model=HAIKU, session_id=f"run-{flow.name}-{night}" if named else None,
                 plant=[("batch_eligible", flow.name)])  # fmt: skip


def copies(log: Log, flows: dict[str, Flow], scale: float) -> None:
    """Answers asked for again by the same caller."""
    counts = {name: sum(each["workflow"] == name for each in log.calls) for name in flows}
    sources = [
        each for each in log.calls
        if counts.get(each["workflow"], 0) >= 1_500 and each.get("status") != "failure" and "k-job" not in each["api_key"]
        and each["input_tokens"] > 0
    ]  # fmt: skip
    for number, each in enumerate(log.rng.sample(sources, min(len(sources), int(300 * scale)))):
        at = datetime.fromisoformat(each["at"].rstrip("Z")) + seconds(log.rng.uniform(1, 3_000))
        kept = {
            name: value
            for name, value in each.items()
            if name not in ("call_id", "at", "workflow", "provider", "model", "input_tokens", "output_tokens")
        }
        call(log, flows[each["workflow"]], at, each["input_tokens"], each["output_tokens"], model=(each["provider"], each["model"]),
             plant=[("duplicate_request", f"copy-{number}")], **kept)  # fmt: skip


def whole(log: Log, scale: float) -> None:
    """Workflows that are waste as a whole: routine thought, a dear model, no cache, timers, and ones that are over."""
    rng = log.rng
    for number in range(3):
        name, answer, thought = f"think-{number}", rng.randrange(5, 150), rng.randrange(300, 2_500)
        flow = Flow(
            name,
            "single",
            rng.choice((GPT5, GPT5_MINI)),
            rng.randrange(100, 1_500),
            0.6,
            answer,
            False,
            True,
            True,
            False,
            True,
        )
        for _ in range(int(rng.randrange(120, 500) * scale) + 60):
            hidden, visible = log.size(max(thought, 3 * answer), 0.5, 32), log.size(answer, 0.4, 1)
            call(log, flow, moment(log, flow), log.size(flow.prompt, 0.6), hidden + visible, reasoning_tokens=hidden,
                 plant=[("reasoning_default", name)], **flow.more(log))  # fmt: skip
        log.outcome(name, log.office())
        name, dear, cheap = f"dear-{number}", *rng.choice(((GPT5, GPT5_MINI), (OPUS, HAIKU), (SONNET, HAIKU)))
        flow = Flow(
            name,
            "single",
            cheap,
            rng.randrange(200, 4_000),
            0.6,
            rng.randrange(50, 600),
            False,
            True,
            True,
            False,
            True,
        )
        portion = rng.uniform(0.2, 0.7)
        for _ in range(int(rng.randrange(250, 600) * scale) + 100):
            is_dear = rng.random() < portion
            call(log, flow, moment(log, flow), log.size(flow.prompt, 0.6), log.size(flow.answer, 0.5), model=dear if is_dear else cheap,
                 plant=[("premium_model", name)] if is_dear else [], **flow.more(log))  # fmt: skip
        log.outcome(name, log.office())
        repeated_beginning(log, number, scale)
        timer(log, number)
        over(log, number, scale)


def repeated_beginning(log: Log, number: int, scale: float) -> None:
    """A long beginning before every small question, in bursts of a few minutes."""
    rng, name = log.rng, f"prefix-{number}"
    flow = Flow(
        name,
        "single",
        rng.choice((SONNET, GPT5_MINI, HAIKU)),
        rng.randrange(1_600, 9_000),
        0.5,
        120,
        True,
        True,
        True,
        False,
        True,
    )
    for _ in range(int(rng.randrange(60, 160) * scale) + 30):
        at, session = moment(log, flow), log.session()
        for _ in range(rng.randrange(3, 9)):
            call(log, flow, at, flow.prompt + log.size(flow.prompt * 0.1, 0.6), log.size(120, 0.5),
                 plant=[("missed_cache", name)], **flow.more(log, session))  # fmt: skip
            at += seconds(rng.uniform(5, 120))
    log.outcome(name, log.office())


def timer(log: Log, number: int) -> None:
    """A key that calls on a timer, around the clock, for nothing."""
    rng, name, every = log.rng, f"timer-{number}", log.rng.choice((3_600, 1_800, 900))
    flow = Flow(
        name, "single", HAIKU, rng.randrange(100, 700), 0.3, 60, False, False, True, bool(number % 2), False
    )
    at = START + timedelta(days=rng.randrange(0, 12)) + seconds(rng.uniform(0, 600))
    while at < START + timedelta(days=DAYS):
        call(
            log,
            flow,
            at,
            log.size(flow.prompt, 0.2, 50, 1_000),
            log.size(60, 0.4),
            api_key=f"k-{name}",
            plant=[("flat_line", name)],
        )
        at += seconds(every * rng.uniform(0.99, 1.01) if number else rng.expovariate(1 / every))


def over(log: Log, number: int, scale: float) -> None:
    """A workflow whose outcomes end early in the month; its calls go on."""
    rng, name, end = log.rng, f"over-{number}", START + timedelta(days=log.rng.uniform(5, 13))
    at = last = START
    while at < end:
        log.outcome(name, at)
        last, at = at, at + timedelta(hours=rng.uniform(6, 36))
    flow = Flow(name, "single", HAIKU, rng.randrange(200, 2_000), 0.8, 150, False, True, True, False, True)
    for _ in range(int(250 * scale) + 60):
        at = moment(log, flow)
        call(log, flow, at, log.size(flow.prompt, 0.8), log.size(150, 0.5), plant=[("zombie_workflow", name)] if at > last.replace(microsecond=0) else [],
             **flow.more(log))  # fmt: skip


def write_mixed(out: Path, calls: int, seed: int, *, clean: bool = False) -> Log:
    """Write the folder; returns what was written."""
    log = Log(random.Random(seed), plants=not clean)
    flows = [draw(log, number) for number in range(14)]
    shares = [log.rng.uniform(0.4, 1.6) for _ in flows]
    for flow, share in zip(flows, shares, strict=True):
        traffic(log, flow, int(calls * 0.92 * share / sum(shares)))
        log.outcome(flow.name, START + timedelta(days=30))
    if not clean:
        plant(log, flows, max(0.5, calls / 100_000))
    bill, committed = commitments(log)
    filler = next(flow for flow in flows if flow.kind == "template")
    while len(log.calls) < calls:
        unit(log, filler, moment(log, filler))
    save(log, out, bill, committed)
    return log
