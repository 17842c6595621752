"""The token logs: what the LiteLLM gateway and Claude Code left behind."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sample_company.model import Call, Tokens, instant
from sample_company.prices import cost
from sample_company.sessions import Session
from sample_company.text import Json, to_json, zipped

TRUNCATED_MONTH = "2026-06"
NEGATIVE_MONTH = "2026-07"
REPEATED_MONTH = "2025-12"
TORN_SESSION_MONTH = "2026-02"

_PROVIDER = {"aws-bedrock": "bedrock"}
_CODE = {"RateLimitError": "429", "InternalServerError": "500", "Timeout": "408"}


@dataclass(frozen=True, slots=True)
class Log:
    """One log file: its bytes and the counts a reader must arrive at."""

    path: str
    data: bytes
    counts: dict[str, int]


def _seconds(ms: int) -> Decimal:
    """Return epoch milliseconds as seconds."""
    return Decimal(ms).scaleb(-3)


def _usage(call: Call) -> dict[str, Json]:
    """Return LiteLLM's usage object: cached tokens are inside prompt_tokens."""
    t = call.tokens
    if call.error:
        return {}
    usage: dict[str, Json] = {
        "completion_tokens": t.output,
        "prompt_tokens": t.prompt,
        "total_tokens": t.prompt + t.output,
        "completion_tokens_details": {"reasoning_tokens": t.reasoning},
    }
    if call.provider == "openai":
        details: Json = {"audio_tokens": 0, "cached_tokens": t.cache_read}
        return usage | {"prompt_tokens_details": details}
    writes = t.cache_write_5m + t.cache_write_1h
    kinds = {
        "ephemeral_5m_input_tokens": t.cache_write_5m,
        "ephemeral_1h_input_tokens": t.cache_write_1h,
    }
    return usage | {
        "prompt_tokens_details": {
            "cached_tokens": t.cache_read,
            "text_tokens": t.input_uncached,
            "cache_creation_tokens": writes,
            "cache_creation_token_details": kinds,
        },
        "cache_creation_input_tokens": writes,
        "cache_read_input_tokens": t.cache_read,
    }


def _metadata(call: Call) -> dict[str, Json]:
    """Return who called, for which case, and the usage object."""
    key = "claim_id" if call.session_id else "ticket_id"
    return {
        "user_api_key_alias": call.key,
        "user_api_key_team_id": call.team,
        "user_api_key_project_id": call.project,
        "user_api_key_user_id": call.user,
        "spend_logs_metadata": {key: call.outcome_id} if call.outcome_id else None,
        "usage_object": _usage(call),
    }


def _record(call: Call) -> dict[str, Json]:
    """Return one slim StandardLoggingPayload."""
    t = call.tokens
    provider = _PROVIDER.get(call.provider, call.provider)
    tags = [f"workflow:{call.workflow}", "env:prod"] if call.workflow else ["env:dev"]
    error = {
        "error_code": _CODE.get(call.error, ""),
        "error_class": call.error,
        "llm_provider": provider if call.error else "",
        "error_message": f"litellm.{call.error}: upstream failure" if call.error else "",
    }
    return {
        "id": f"chatcmpl-{call.call_id}" if not call.error else call.call_id,
        "litellm_call_id": call.call_id,
        "trace_id": call.trace_id,
        "session_id": call.session_id,
        "call_type": "acompletion",
        "cache_hit": None,
        "status": "failure" if call.error else "success",
        "custom_llm_provider": provider,
        "startTime": _seconds(call.at_ms),
        "endTime": _seconds(call.at_ms + call.took_ms),
        "response_time": _seconds(call.took_ms),
        "model": call.model,
        "metadata": _metadata(call),
        "response_cost": cost(call),
        "total_tokens": t.prompt + t.output,
        "prompt_tokens": t.prompt,
        "completion_tokens": t.output,
        "request_tags": tags,
        "error_information": error,
    }


def litellm(calls: Iterable[Call], month: str) -> Log:
    """Write the gateway's log of a month, in order of time."""
    ordered = sorted(calls, key=lambda call: (call.at_ms, call.call_id))
    lines = [to_json(_record(call)) for call in ordered]
    counts = Counter(calls=len(lines), failed=sum(1 for call in ordered if call.error))
    if month == TRUNCATED_MONTH:  # the writer died in a line, restarted and wrote it again
        lines.insert(40, lines[40][:311])
        counts["rejected"] += 1
    if month == NEGATIVE_MONTH:
        lines.insert(55, _negative(ordered[55]))
        counts["rejected"] += 1
    if month == REPEATED_MONTH:  # a batch that was sent twice
        lines[90:90] = lines[80:83]
        counts["repeated"] += 3
    counts["records"] = len(lines)
    data = zipped("".join(line + "\n" for line in lines).encode())
    return Log(f"logs/litellm/litellm_{month}.jsonl.gz", data, dict(sorted(counts.items())))


def _negative(like: Call) -> str:
    """Return a record with a negative token count, as a broken gateway plug-in wrote it."""
    digits = like.call_id.translate(str.maketrans("0123456789abcdef", "fedcba9876543210"))
    record = _record(like) | {
        "id": f"chatcmpl-{digits}",
        "litellm_call_id": digits,
        "response_cost": Decimal(0),
        "prompt_tokens": -48_211,
        "total_tokens": -47_000,
        "completion_tokens": 1_211,
    }
    usage: Json = {"completion_tokens": 1_211, "prompt_tokens": -48_211, "total_tokens": -47_000}
    return to_json(record | {"metadata": _metadata(like) | {"usage_object": usage}})


def claude_code(session: Session, *, torn: bool) -> list[Log]:
    """Write a session's files: its own, and one for its sub-agent."""
    base = f"logs/claude_code/projects/{session.folder}/{session.session_id}"
    lines = [to_json({"type": "summary", "summary": "Work on " + session.branch, "leafUuid": "0"})]
    lines += [line for call in session.replayed for line in _message(session, call, "")]
    for number, call in enumerate(session.calls):
        if number % 4 == 0:
            lines.append(_user_line(session, call))
        lines += _message(session, call, "")
    if torn:  # the machine was switched off while the last line was written once more
        lines.append(lines[-1][:-120])
    text = "\n".join(lines) + ("" if torn else "\n")
    counts = {"calls": len(session.calls), "records": len(lines), "rejected": int(torn)}
    if session.replayed:
        counts["replayed_calls"] = len(session.replayed)
    logs = [Log(f"{base}.jsonl.gz", zipped(text.encode()), counts)]
    if session.sub_agent_calls:
        agent = "a" + session.session_id[:6]
        inner = [x for call in session.sub_agent_calls for x in _message(session, call, agent)]
        counts = {"calls": len(session.sub_agent_calls), "records": len(inner), "rejected": 0}
        data = zipped(("\n".join(inner) + "\n").encode())
        logs.append(Log(f"{base}/subagents/agent-{agent}.jsonl.gz", data, counts))
    return logs


def _stamp(ms: int) -> str:
    """Return an instant the way Claude Code writes it."""
    return f"{instant(ms):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def _user_line(session: Session, call: Call) -> str:
    """Return a line the engineer typed."""
    return to_json(
        {
            "type": "user",
            "sessionId": session.session_id,
            "timestamp": _stamp(call.at_ms - 5_000),
            "message": {"role": "user", "content": "go on"},
            "uuid": f"h-{call.call_id[:12]}",
        }
    )


def _message(session: Session, call: Call, agent: str) -> list[str]:
    """Return a message's lines: one per content block, the output count growing to the last."""
    final = call.tokens.output
    blocks = 1 + int(call.call_id[0], 16) % 3
    grown = [4, max(final // 3, 5), final][3 - blocks :]
    return [
        _block(session, call, agent, number, output, last=number + 1 == blocks)
        for number, output in enumerate(grown)
    ]


def _block(session: Session, call: Call, agent: str, number: int, output: int, *, last: bool) -> str:
    """Return one content block's line, with the usage as known when it was written."""
    kind = "tool_use" if last else ("thinking", "text")[number % 2]
    head: dict[str, Json] = {
        "parentUuid": None,
        "isSidechain": bool(agent),
        "userType": "external",
        "cwd": f"/home/dev/{session.repository}",
        "sessionId": session.session_id,
        "version": session.version,
        "gitBranch": session.branch,
    }
    message: Json = {
        "model": call.model,
        "id": f"msg_{call.call_id}",
        "type": "message",
        "role": "assistant",
        "content": [{"type": kind, "text": "..."}],
        "stop_reason": "tool_use" if last else None,
        "stop_sequence": None,
        "usage": _anthropic_usage(call.tokens, output),
    }
    return to_json(
        (head | {"agentId": agent} if agent else head)
        | {
            "message": message,
            "requestId": f"req_{call.call_id}",
            "type": "assistant",
            "uuid": f"u-{call.call_id[:12]}-{number}",
            "timestamp": _stamp(call.at_ms + number * 700),
        }
    )


def _anthropic_usage(t: Tokens, output: int) -> Json:
    """Return Anthropic's usage shape: input excludes what was cached."""
    return {
        "input_tokens": t.input_uncached,
        "cache_creation_input_tokens": t.cache_write_5m + t.cache_write_1h,
        "cache_read_input_tokens": t.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": t.cache_write_5m,
            "ephemeral_1h_input_tokens": t.cache_write_1h,
        },
        "output_tokens": output,
        "service_tier": "standard",
        "inference_geo": "not_available",
    }
