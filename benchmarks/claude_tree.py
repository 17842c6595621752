"""A tree of Claude Code session files: seeded, with what makes such trees hard to count.

One line per content block with growing output, long tool results between, resumed sessions that copy old
lines, sub-agents that replay a message, one-hour cache writes, and lines that were cut off.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

MODELS = ("claude-sonnet-4-5-20250929", "claude-opus-4-5-20251101", "claude-haiku-4-5-20251001")
PROJECTS = 12
FIRST_DAY = datetime(2026, 7, 1, tzinfo=UTC)
FILLER = "the quick brown fox jumps over the lazy dog; " * 200


def write_tree(root: Path, *, size_bytes: int, seed: int = 7) -> int:
    """Fill `root/projects` with about `size_bytes`; returns the number of files."""
    random_ = random.Random(seed)  # noqa: S311 - made up data, the same in every run
    written_bytes = files = 0
    while written_bytes < size_bytes:
        session = f"{seed:08x}-0000-4000-8000-{files:012d}"
        folder = root / "projects" / f"-home-dev-app{files % PROJECTS}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = _session(random_, session, files)
        if files % 9 == 8:
            lines += lines[len(lines) // 2 :]  # a resumed session copies what it goes on from
        if files % 31 == 30:
            lines.append(lines[-1][: len(lines[-1]) // 2])
        text = "\n".join(lines) + "\n"
        (folder / f"{session}.jsonl").write_text(text, encoding="utf-8")
        written_bytes += len(text)
        files += 1
        if files % 7 == 6:
            written_bytes += _subagent(folder, session, lines)
            files += 1
    return files


def _session(random_: random.Random, session: str, number: int) -> list[str]:
    at = FIRST_DAY + timedelta(minutes=331 * number)
    lines = [json.dumps({"type": "summary", "summary": "work", "leafUuid": session})]
    for turn in range(random_.randrange(10, 45)):
        at += timedelta(seconds=random_.randrange(5, 400))
        result = {"role": "user", "content": [{"type": "tool_result", "content": _filler(random_, 9_000)}]}
        lines.append(_line(session, number, at, result))
        message_id = f"msg_{number:05d}_{turn:04d}"
        usage = _usage(random_)
        blocks = random_.randrange(1, 5)
        model = random_.choice(MODELS)
        for block in range(1, blocks + 1):
            last = block == blocks
            usage = usage | {"output_tokens": usage["output_tokens"] * (4 if block > 1 else 1)}
            message = {
                "model": model,
                "id": message_id,
                "type": "message",
                "role": "assistant",
                "content": [{"type": "text", "text": _filler(random_, 3_000)}],
                "stop_reason": "end_turn" if last else None,
                "usage": usage,
            }
            lines.append(_line(session, number, at, message, requestId=f"req_{message_id}"))
    return lines


def _usage(random_: random.Random) -> dict[str, Any]:
    written = random_.randrange(0, 6_000)
    lives_long = random_.random() < 0.2
    return {
        "input_tokens": random_.randrange(1, 40),
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": random_.randrange(0, 90_000),
        "cache_creation": {
            "ephemeral_5m_input_tokens": 0 if lives_long else written,
            "ephemeral_1h_input_tokens": written if lives_long else 0,
        },
        "output_tokens": random_.randrange(12, 90),
        "service_tier": "standard",
    }


def _line(session: str, number: int, at: datetime, message: dict[str, Any], **more: str) -> str:
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {
        "parentUuid": None,
        "isSidechain": False,
        "userType": "external",
        "cwd": f"/home/dev/app{number % PROJECTS}",
        "sessionId": session,
        "version": "2.1.200",
        "gitBranch": f"feat/TICKET-{number}",
        "type": message["role"],
        "message": message,
        "uuid": f"{session}-{len(str(message))}",
        "timestamp": stamp,
    }
    return json.dumps(record | more, separators=(",", ":"))


def _subagent(folder: Path, session: str, lines: list[str]) -> int:
    """A sub-agent's file that replays the parent's last message under another request."""
    record = json.loads(lines[-1]) if lines[-1].endswith("}") else json.loads(lines[-2])
    record |= {"isSidechain": True, "requestId": f"req_replay_{session}", "agentId": "a1"}
    target = folder / session / "subagents" / "agent-a1.jsonl"
    target.parent.mkdir(parents=True)
    return target.write_text(json.dumps(record, separators=(",", ":")) + "\n", encoding="utf-8")


def _filler(random_: random.Random, longest_chars: int) -> str:
    return FILLER[: random_.randrange(200, longest_chars)]
