"""Outcomes of ticket, conversation, issue, case and code systems: other shapes, and what is taken back."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from finops_ai.importers import load_registry
from finops_ai.importers.heads import read_head
from finops_ai.importers.sources import SourceFile
from tests.importers.desk import Desk

SYSTEMS = ("zendesk_tickets", "intercom_conversations", "jira_issues", "salesforce_cases", "github_pulls")
OUTCOMES = "SELECT outcome_id, status, resolved_at_utc, reopened_at_utc FROM outcome ORDER BY outcome_id"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def outcomes(desk: Desk, name: str, content: str, importer: str) -> list[tuple[object, ...]]:
    """What stands after a file was imported by the importer that must know it, without a reject."""
    result = desk.one(desk.write(name, content))
    assert (result.importer, result.rows_rejected) == (importer, 0), result
    return desk.rows(OUTCOMES)


def touched(desk: Desk) -> dict[date, int]:
    """The batch that last touched each month."""
    return dict(desk.rows("SELECT month, batch_id FROM month_input ORDER BY month"))


ZENDESK_CSV = (
    "Summation column,Id,Requester,Requester id,Subject,Tags,Status,Priority,Via,Created at,Updated at,"
    "Solved at,Resolution time,Satisfaction Score,Reopens,Group\n"
    '1,9001,Ann,5,"Refund, now",refund ai,Closed,High,Mail,2026-08-31 09:00,2026-10-01 11:00,'
    "2026-09-01 10:00,25,Good,1,Tier 1\n"
    "1,9002,Ben,6,Login,,On-hold,Low,Web form,2026-08-31 09:00,2026-09-02 11:00,,,Not Offered,0,\n"
)


def test_zendesk_csv(desk: Desk) -> None:
    assert outcomes(desk, "a.csv", ZENDESK_CSV, "zendesk_tickets") == [
        ("9001", "success", at("2026-09-01 10:00"), None)
    ]
    ((tags, final),) = desk.rows("SELECT tags, final_after_utc FROM outcome")
    assert json.loads(tags) == {
        "ai": True,
        "refund": True,
        "channel": "Mail",
        "satisfaction": "Good",
        "reopens": "1",
        "group": "Tier 1",
    }
    assert final == at("2026-09-29 10:00")


def test_a_view_of_zendesk_with_few_columns_in_another_order(desk: Desk) -> None:
    text = "\ufeffSubject,Requester,Status,Solved,ID\r\nRefund,Ann,Solved,2026-09-01T10:00:00Z,9001\r\n"
    assert outcomes(desk, "a.csv", text, "zendesk_tickets") == [
        ("9001", "success", at("2026-09-01 10:00"), None)
    ]


def ticket(status: str, updated: str, number: int = 7, **more: object) -> dict[str, object]:
    return {"id": number, "status": status, "requester_id": 1, "updated_at": updated, "tags": [], **more}


def test_zendesk_json_lines_with_the_dates_side_load(desk: Desk) -> None:
    lines = json.dumps(ticket("solved", "2026-09-09T00:00:00Z", dates={"solved_at": "2026-09-01T00:00:00Z"}))
    found = outcomes(desk, "a.jsonl", lines + "\n", "zendesk_tickets")
    assert found == [("7", "success", at("2026-09-01"), None)]


def test_a_ticket_without_a_time_of_solving_keeps_that_of_its_first_delivery(desk: Desk) -> None:
    for day, (status, updated) in enumerate(
        [
            ("solved", "2026-09-01T00:00:00Z"),
            ("solved", "2026-09-03T00:00:00Z"),
            ("closed", "2026-10-01T00:00:00Z"),
        ]
    ):
        found = outcomes(
            desk, f"{day}.json", json.dumps({"tickets": [ticket(status, updated)]}), "zendesk_tickets"
        )
        assert found == [("7", "success", at("2026-09-01"), None)]


def test_a_solved_ticket_that_is_reopened_and_solved_again(desk: Desk) -> None:
    def deliver(day: str, status: str) -> list[tuple[object, ...]]:
        page = {"tickets": [ticket(status, f"{day}T00:00:00Z")]}
        return outcomes(desk, f"{day}.json", json.dumps(page), "zendesk_tickets")

    assert deliver("2026-09-01", "open") == []
    assert deliver("2026-09-02", "solved") == [("7", "success", at("2026-09-02"), None)]
    before = touched(desk)
    assert deliver("2026-10-05", "open") == [("7", "open", at("2026-09-02"), at("2026-10-05"))]
    assert touched(desk)[date(2026, 9, 1)] > before[date(2026, 9, 1)]
    assert deliver("2026-10-06", "pending") == [("7", "open", at("2026-09-02"), at("2026-10-05"))]
    before = touched(desk)
    assert deliver("2026-10-07", "solved") == [("7", "success", at("2026-10-07"), None)]
    assert touched(desk)[date(2026, 9, 1)] > before[date(2026, 9, 1)]
    assert set(touched(desk)) == {date(2026, 9, 1), date(2026, 10, 1)}


def test_several_pages_of_one_run_are_taken_in_their_order(desk: Desk) -> None:
    """All of them are one batch: none finds the others in the ledger yet."""
    states = [
        ("solved", "2026-09-01"),
        ("open", "2026-09-05"),
        ("solved", "2026-10-02"),
        ("open", "2026-10-09"),
    ]
    pages = [
        desk.write(f"page-{number}.json", json.dumps({"tickets": [ticket(status, f"{day}T00:00:00Z")]}))
        for number, (status, day) in enumerate(states)
    ]
    desk.load(*pages)
    assert desk.rows(OUTCOMES) == [("7", "open", at("2026-10-02"), at("2026-10-09"))]


def test_a_ticket_that_was_deleted_is_no_success_any_more(desk: Desk) -> None:
    for number, status in enumerate(["solved", "deleted"]):
        page = {"tickets": [ticket(status, f"2026-09-0{number + 1}T00:00:00Z")]}
        outcomes(desk, f"{number}.json", json.dumps(page), "zendesk_tickets")
    assert desk.rows(OUTCOMES) == [("7", "abandoned", at("2026-09-01"), None)]


INTERCOM_CSV = (
    "Conversation ID,Conversation started at,Current conversation state,Fin AI Agent involved,"
    "Fin AI Agent resolution state,Conversation last closed at,Channel,Conversation tag\n"
    "c1,2026-09-01 10:00:00,Closed,true,Assumed Resolution,2026-09-01 10:20:00,Email,billing\n"
    "c2,2026-09-01 10:00:00,Open,true,Routed to team,,Chat,\n"
    "c3,2026-09-01 10:00:00,Closed,false,,2026-09-01 12:00:00,Chat,\n"
)


def test_intercom_csv(desk: Desk) -> None:
    assert outcomes(desk, "a.csv", INTERCOM_CSV, "intercom_conversations") == [
        ("c1", "success", at("2026-09-01 10:20"), None),
        ("c2", "escalated", at("2026-09-01 10:00"), None),
    ]
    assert json.loads(desk.rows("SELECT tags FROM outcome WHERE outcome_id = 'c1'")[0][0]) == {
        "billing": True,
        "state": "closed",
        "resolution_state": "assumed_resolution",
        "channel": "Email",
    }


def conversation(resolution: str | None, updated: str) -> str:
    """One conversation as `GET /conversations/<id>` answers."""
    seconds = int(datetime.fromisoformat(f"{updated}+00:00").timestamp())
    return json.dumps(
        {
            "id": "c9",
            "state": "closed",
            "created_at": 1788256800,
            "updated_at": seconds,
            "ai_agent_participated": True,
            "ai_agent": {"resolution_state": resolution, "source_type": "profile"},
        }
    )


def test_a_resolution_is_taken_back_in_a_later_month(desk: Desk) -> None:
    found = outcomes(
        desk, "1.json", conversation("assumed_resolution", "2026-09-30T23:00:00"), "intercom_conversations"
    )
    assert found == [("c9", "success", at("2026-09-30 23:00"), None)]
    before = touched(desk)
    found = outcomes(
        desk, "2.json", conversation("routed_to_team", "2026-10-02T08:00:00"), "intercom_conversations"
    )
    assert found == [("c9", "escalated", at("2026-10-02 08:00"), at("2026-10-02 08:00"))]
    assert set(touched(desk)) == {date(2026, 9, 1), date(2026, 10, 1)}
    assert touched(desk)[date(2026, 9, 1)] > before[date(2026, 9, 1)]


def test_a_conversation_that_goes_on_is_no_resolution_any_more(desk: Desk) -> None:
    outcomes(
        desk, "1.json", conversation("assumed_resolution", "2026-09-30T23:00:00"), "intercom_conversations"
    )
    found = outcomes(desk, "2.json", conversation(None, "2026-10-02T08:00:00"), "intercom_conversations")
    assert found == [("c9", "open", at("2026-09-30 23:00"), at("2026-10-02 08:00"))]


PIPELINE_CSV = (
    "id,instance_url,key,url,project_key,issue_type,status,status_category,resolution,created_date,resolution_date,"
    "updated_date,labels\n"
    '1,https://jira.acme.com,OPS-1,u,OPS,Task,Done,Done,Done,2026-08-01T00:00:00Z,2026-09-01T10:00:00Z,,"[""ai""]"\n'
    "2,https://jira.acme.com,OPS-2,u,OPS,Task,Done,Done,,2026-08-01T00:00:00Z,,2026-09-01T10:00:00Z,\n"
)


def test_jira_data_pipeline(desk: Desk) -> None:
    assert outcomes(desk, "a.csv", PIPELINE_CSV, "jira_issues") == [
        ("OPS-1", "success", at("2026-09-01 10:00"), None)
    ]


def issue(resolution: str | None, resolved: str | None, updated: str) -> str:
    fields = {
        "status": {"name": "Done", "statusCategory": {"key": "done"}},
        "resolution": resolution and {"name": resolution},
        "resolutiondate": resolved,
        "updated": updated,
        "labels": ["ai"],
        "issuetype": {"name": "Bug"},
        "project": {"key": "ENG"},
    }
    return json.dumps({"startAt": 0, "total": 1, "issues": [{"id": "1", "key": "ENG-9", "fields": fields}]})


def test_jira_api_and_an_issue_that_is_reopened(desk: Desk) -> None:
    first = issue("Done", "2026-09-01T10:00:00.000+0200", "2026-09-01T10:00:00.000+0200")
    assert outcomes(desk, "1.json", first, "jira_issues") == [
        ("ENG-9", "success", at("2026-09-01 08:00"), None)
    ]
    assert json.loads(desk.rows("SELECT tags FROM outcome")[0][0]) == {
        "ai": True,
        "project": "ENG",
        "issue_type": "Bug",
        "status": "Done",
        "resolution": "Done",
    }
    before = touched(desk)
    again = issue(None, None, "2026-11-03T10:00:00.000+0000")
    assert outcomes(desk, "2.json", again, "jira_issues") == [
        ("ENG-9", "open", at("2026-09-01 08:00"), at("2026-11-03 10:00"))
    ]
    assert touched(desk)[date(2026, 9, 1)] > before[date(2026, 9, 1)]
    last = issue("Won't Do", "2026-11-04T10:00:00.000+0000", "2026-11-04T10:00:00.000+0000")
    assert outcomes(desk, "3.json", last, "jira_issues") == [
        ("ENG-9", "abandoned", at("2026-11-04 10:00"), None)
    ]


@pytest.mark.parametrize(
    ("resolution", "status"),
    [
        ("Fixed", "success"),
        ("Won't Fix", "abandoned"),
        ("Won\u2019t Do", "abandoned"),
        ("Cancelled", "abandoned"),
        ("Declined", "abandoned"),
        ("Cannot Reproduce", "failed"),
        ("Incomplete", "failed"),
    ],
)
def test_what_a_resolution_means(desk: Desk, resolution: str, status: str) -> None:
    text = f"Issue key,Status,Resolution,Resolved\nA-1,Done,{resolution},01/Sep/26 12:00 PM\n"
    assert outcomes(desk, "a.csv", text, "jira_issues") == [("A-1", status, at("2026-09-01 12:00"), None)]


def test_salesforce_report_and_query_answers(desk: Desk) -> None:
    report = (
        "Case Number,Status,Date/Time Opened,Date/Time Closed,Closed,Escalated,Case Origin\n"
        '00001,Closed,"8/31/2026, 9:00 AM","9/1/2026, 4:14 PM",1,0,Web\n'
    )
    assert outcomes(desk, "a.csv", report, "salesforce_cases") == [
        ("00001", "success", at("2026-09-01 16:14"), None)
    ]
    record = {
        "attributes": {"type": "Case"},
        "Id": "500300000000002AAA",
        "CaseNumber": "00002",
        "Status": "Closed",
        "IsClosed": True,
        "IsEscalated": True,
        "ClosedDate": "2026-09-02T10:00:00.000+0000",
    }
    answer = {"status": 0, "result": {"records": [record], "totalSize": 1, "done": True}}
    assert outcomes(desk, "b.json", json.dumps(answer), "salesforce_cases")[1:] == [
        ("00002", "escalated", at("2026-09-02 10:00"), None)
    ]


def test_a_case_that_is_reopened(desk: Desk) -> None:
    header = "Id,CaseNumber,Status,IsClosed,ClosedDate,LastModifiedDate\n"
    closed = "500A,1,Closed,true,2026-09-30T10:00:00.000Z,2026-09-30T10:00:00.000Z\n"
    assert outcomes(desk, "1.csv", header + closed, "salesforce_cases") == [
        ("1", "success", at("2026-09-30 10:00"), None)
    ]
    before = touched(desk)
    working = "500A,1,Working,false,,2026-10-04T10:00:00.000Z\n"
    assert outcomes(desk, "2.csv", header + working, "salesforce_cases") == [
        ("1", "open", at("2026-09-30 10:00"), at("2026-10-04 10:00"))
    ]
    assert touched(desk)[date(2026, 9, 1)] > before[date(2026, 9, 1)]


PULL = {
    "number": 12,
    "state": "MERGED",
    "mergedAt": "2026-09-01T10:00:00Z",
    "closedAt": "2026-09-01T10:00:00Z",
    "headRefName": "feat/T-1",
    "mergeCommit": {"oid": "abc"},
    "title": "Faster",
    "url": "https://github.com/acme/app/pull/12",
}
MERGED = [("acme/app#12", "success", at("2026-09-01 10:00"), None)]


def test_github_cli_output(desk: Desk) -> None:
    pulls = [
        {**PULL, "labels": [{"id": "x", "name": "ai"}]},
        {**PULL, "number": 13, "state": "OPEN", "mergedAt": None, "closedAt": None},
    ]
    assert outcomes(desk, "a.json", json.dumps(pulls), "github_pulls") == MERGED
    assert json.loads(desk.rows("SELECT tags FROM outcome")[0][0]) == {
        "ai": True,
        "repository": "acme/app",
        "number": "12",
        "git_branch": "feat/T-1",
        "merge_commit_sha": "abc",
    }


def test_github_graphql_answer(desk: Desk) -> None:
    nodes = [{**PULL, "labels": {"nodes": [{"name": "ai"}]}}]
    answer = {"data": {"repository": {"nameWithOwner": "acme/app", "pullRequests": {"nodes": nodes}}}}
    assert outcomes(desk, "a.json", json.dumps(answer, indent=1), "github_pulls") == MERGED
    assert json.loads(desk.rows("SELECT tags FROM outcome")[0][0])["ai"] is True


def test_github_search_over_several_repositories(desk: Desk) -> None:
    nodes = [PULL, {**PULL, "url": "https://github.com/acme/site/pull/12"}]
    answer = {"data": {"search": {"edges": [{"node": node} for node in nodes]}}}
    assert outcomes(desk, "a.json", json.dumps(answer), "github_pulls") == [
        *MERGED,
        ("acme/site#12", "success", at("2026-09-01 10:00"), None),
    ]


def test_github_issues_beside_pull_requests_are_no_outcomes(desk: Desk) -> None:
    items = [
        {
            "number": 12,
            "state": "closed",
            "html_url": "https://github.com/acme/app/pull/12",
            "closed_at": "2026-09-01T10:00:00Z",
            "pull_request": {"merged_at": "2026-09-01T10:00:00Z"},
        },
        {
            "number": 14,
            "state": "closed",
            "html_url": "https://github.com/acme/app/issues/14",
            "closed_at": "2026-09-01T10:00:00Z",
        },
    ]
    answer = {"total_count": 2, "items": items}
    assert outcomes(desk, "a.json", json.dumps(answer), "github_pulls") == MERGED


REVERT = {
    **PULL,
    "number": 15,
    "title": 'Revert "Faster"',
    "body": "Reverts acme/app#12",
    "mergedAt": "2026-10-03T10:00:00Z",
    "url": "https://github.com/acme/app/pull/15",
}


def test_a_revert_of_a_later_delivery_takes_the_change_back(desk: Desk) -> None:
    outcomes(desk, "1.json", json.dumps([PULL]), "github_pulls")
    before = desk.rows("SELECT tags FROM outcome")
    stale = touched(desk)
    found = outcomes(desk, "2.json", json.dumps([REVERT]), "github_pulls")
    assert found == [("acme/app#12", "success", at("2026-09-01 10:00"), at("2026-10-03 10:00"))]
    assert desk.rows("SELECT tags FROM outcome") == before
    assert touched(desk)[date(2026, 9, 1)] > stale[date(2026, 9, 1)]
    assert outcomes(desk, "3.json", json.dumps([{**PULL, "state": "merged"}]), "github_pulls") == found


def test_a_revert_of_what_nobody_knows_is_ignored(desk: Desk) -> None:
    assert outcomes(desk, "1.json", json.dumps([REVERT]), "github_pulls") == []


def test_a_pull_request_that_is_opened_again_is_no_failure_any_more(desk: Desk) -> None:
    closed = {**PULL, "state": "CLOSED", "mergedAt": None}
    assert outcomes(desk, "1.json", json.dumps([closed]), "github_pulls") == [
        ("acme/app#12", "failed", at("2026-09-01 10:00"), None)
    ]
    opened = {**closed, "state": "OPEN", "closedAt": None, "updatedAt": "2026-09-09T10:00:00Z"}
    assert outcomes(desk, "2.json", json.dumps([opened]), "github_pulls") == [
        ("acme/app#12", "open", at("2026-09-01 10:00"), at("2026-09-09 10:00"))
    ]
    merged = {**PULL, "mergedAt": "2026-09-10T10:00:00Z"}
    assert outcomes(desk, "3.json", json.dumps([merged]), "github_pulls") == [
        ("acme/app#12", "success", at("2026-09-10 10:00"), None)
    ]


def test_a_state_that_nobody_knows_is_rejected_by_its_name(desk: Desk) -> None:
    odd = {"number": 1, "state": "locked", "merged_at": None, "closed_at": None}
    result = desk.one(desk.write("a.json", json.dumps([odd])))
    assert [(reject.column, reject.reason) for reject in result.rejects] == [
        ("state", '"locked" is not success, failed, escalated, abandoned or open')
    ]


@pytest.mark.parametrize("name", SYSTEMS)
def test_no_other_importer_knows_the_files(desk: Desk, name: str) -> None:
    """Each golden input, and each CSV of this module, is known by one importer alone."""
    texts = {
        "zendesk_tickets": ZENDESK_CSV,
        "intercom_conversations": INTERCOM_CSV,
        "jira_issues": PIPELINE_CSV,
    }
    path = desk.write(
        "a.csv",
        texts.get(name, "number,merged_at\n" if name == "github_pulls" else "CASENUMBER,STATUS,CLOSEDDATE\n"),
    )
    head = read_head(SourceFile(path, path.name))
    assert [each.name for each in load_registry().importers if head.fits(each)] == [name]


def test_an_older_delivery_that_comes_later_does_not_win(desk: Desk) -> None:
    """By what the source says of when a ticket was last changed, not by the order of import."""
    solved = ticket("solved", "2026-09-01T00:00:00Z")
    reopened = ticket("open", "2026-09-05T00:00:00Z")
    desk.one(desk.write("solved.json", json.dumps({"tickets": [solved]})))
    desk.one(desk.write("reopened.json", json.dumps({"tickets": [reopened]})))
    before = desk.figures()
    again = desk.one(desk.write("solved-again.json", json.dumps({"tickets": [solved]}, indent=1)))
    assert (again.rows_added, again.rows_repeated, again.rows_replaced) == (0, 1, 0)
    assert desk.figures() == before
    assert [row[0] for row in desk.rows("SELECT status FROM outcome")] == ["open"]
