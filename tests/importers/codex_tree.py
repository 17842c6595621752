"""A tree of Codex sessions with what makes them hard to count: model switches, running totals alone, events
without usage, archived copies, sub-agents that replay their parent, forks that copy old events."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

MODELS = ["gpt-5.2-codex", "gpt-5.3-codex", "gpt-5.4"]
Lines = list[dict[str, Any]]


def write_codex_tree(root: Path, *, seed: int = 1, sessions: int = 12) -> None:
    """Fill `root/sessions` and `root/archived_sessions`; the same files for the same seed."""
    random_ = random.Random(seed)  # noqa: S311 - made up data, the same in every run
    for number in range(sessions):
        at = datetime(2026, 7, 1) + timedelta(hours=37 * number, milliseconds=random_.randrange(3_600_000))
        session = f"019a-{number:04d}"
        lines, ended = _session(random_, session, number, at)
        _write(root / "sessions" / "2026" / f"rollout-{session}.jsonl", lines)
        if number % 4 == 0:
            _write(root / "archived_sessions" / f"rollout-{session}.jsonl", lines)
        if number % 4 == 1:
            _write(
                root / "sessions" / "2026" / f"rollout-{session}-sub.jsonl", _subagent(session, lines, ended)
            )
        if number % 4 == 2:
            _write(root / "sessions" / "2026" / f"rollout-{session}-fork.jsonl", _fork(session, lines, ended))


def event(at: datetime, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """One line of a session file."""
    return {"timestamp": at.isoformat(timespec="milliseconds") + "Z", "type": kind, "payload": payload}


def counts(given: int, cached: int, made: int, thought: int) -> dict[str, int]:
    """A usage object in tokens."""
    return {
        "input_tokens": given,
        "cached_input_tokens": cached,
        "output_tokens": made,
        "reasoning_output_tokens": thought,
        "total_tokens": given + made,
    }


def token_count(at: datetime, info: dict[str, Any] | None) -> dict[str, Any]:
    """The event that tells usage."""
    return event(at, "event_msg", {"type": "token_count", "info": info, "rate_limits": None})


def _session(random_: random.Random, session: str, number: int, at: datetime) -> tuple[Lines, datetime]:
    meta = {"id": session, "cwd": f"/w/app{number % 3}", "git": {"branch": f"feat/{number}"}, "source": "cli"}
    lines = [event(at, "session_meta", meta)]
    total = [0, 0, 0, 0]
    for turn in range(random_.randrange(2, 9)):
        at += timedelta(seconds=random_.randrange(5, 60))
        if turn == 0 or random_.random() < 0.3:
            lines.append(event(at, "turn_context", {"cwd": meta["cwd"], "model": random_.choice(MODELS)}))
        lines.append(event(at, "response_item", {"type": "message", "content": "what is a token_count?"}))
        given, made = random_.randrange(100, 9000), random_.randrange(1, 900)
        last = [given, random_.randrange(given), made, random_.randrange(made)]
        total = [so_far + more for so_far, more in zip(total, last, strict=True)]
        at += timedelta(milliseconds=random_.randrange(2000, 9000))
        info = {"total_token_usage": counts(*total), "last_token_usage": counts(*last)}
        if random_.random() < 0.2:
            del info["last_token_usage"]
        lines.append(token_count(at, info))
        if random_.random() < 0.2:
            lines.append(token_count(at, None))
        if random_.random() < 0.2:
            lines.append(token_count(at + timedelta(seconds=1), info))
    return lines, at


def _subagent(session: str, parent: Lines, ended: datetime) -> Lines:
    at = (ended + timedelta(seconds=3)).replace(microsecond=100_000)
    source = {"subagent": {"thread_spawn": {"parent_thread_id": session, "depth": 1}}}
    lines = [event(at, "session_meta", {"id": f"{session}-sub", "cwd": "/w", "source": source})]
    lines += [event(at, line["type"], line["payload"]) for line in parent]
    known = [line["payload"].get("info") for line in parent if line["type"] == "event_msg"]
    total = list([info for info in known if info][-1]["total_token_usage"].values())[:4]
    for _ in range(2):
        at += timedelta(seconds=20)
        last = [1000, 500, 70, 7]
        total = [so_far + more for so_far, more in zip(total, last, strict=True)]
        info = {"total_token_usage": counts(*total), "last_token_usage": counts(*last)}
        lines.append(token_count(at, info))
    return lines


def _fork(session: str, parent: Lines, ended: datetime) -> Lines:
    at = ended + timedelta(minutes=5)
    meta = event(at, "session_meta", {"id": f"{session}-fork", "forked_from_id": session, "cwd": "/w"})
    return [meta, *parent[1:], token_count(at, {"last_token_usage": counts(11, 1, 2, 1)})]


def _write(path: Path, lines: Lines) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
