-- importer: salesforce_cases
-- title: Salesforce Service Cloud, cases
-- tested on: documentation
-- feeds: outcome
-- reads: csv, json, jsonl
-- recognised by: CaseNumber | CASENUMBER_, Status, ClosedDate | CLOSEDDATE_ | Date/Time Closed
-- optional: Id | Case ID, IsClosed | ISCLOSED_ | Closed, CreatedDate | CREATEDDATE_ | Date/Time Opened, LastModifiedDate | LASTMODIFIEDDATE_ | Case Last Modified Date, Origin | Case Origin, IsEscalated | ISESCALATED_ | Escalated, MasterRecordId | MASTERRECORDID_, Reason | Case Reason, Type | Case Type, Priority, RecordTypeId | RECORDTYPEID_
-- identity: row
-- on repeat: latest updated_at_utc
-- records: records[] | result.records[]
-- ordered: yes
-- quirks: One outcome `case_resolved` per case, known by its number; the 18-character Id stands in session_id, so that logs may carry either.
-- quirks: A closed case is a success, an escalated one is escalated even when a person closed it later. A status that speaks of duplicate, spam, merged or cancelled is abandoned, one of unresolved is failed.
-- quirks: Open cases are none yet, and are ignored; one that was a success and comes again as open is taken back in the month in which it was closed.
-- quirks: Read are the exports of Data Loader, of reports with columns of these names, and the API's query answers. Reports print times in the user's time zone, which are read as UTC.
-- quirks: Salesforce lets a case be reopened at any time, so no outcome is ever stated to be final.
-- Names that end with _ stand for Data Loader's capitals, which have no words: CASENUMBER.
WITH incident AS (
    SELECT
        *,
        coalesce(left("Id", 15), "CaseNumber") AS case_key,
        CASE
            WHEN lower("IsClosed") IN ('true', '1', 'yes') THEN true
            WHEN "IsClosed" IS NULL THEN "ClosedDate" IS NOT NULL
            ELSE false
        END AS is_closed,
        coalesce(lower("IsEscalated") IN ('true', '1', 'yes'), false) AS is_escalated,
        outcome_utc("ClosedDate") AS closed_utc,
        outcome_utc("LastModifiedDate") AS modified_utc,
        outcome_known('salesforce_cases', coalesce(left("Id", 15), "CaseNumber")) AS known
    FROM raw
),

closed AS (
    SELECT
        *,
        CASE WHEN is_closed THEN coalesce(
            closed_utc,
            CASE WHEN known.reopened_at_utc IS NULL THEN known.resolved_at_utc END,
            modified_utc
        ) END AS own_utc
    FROM incident
),

told AS (
    SELECT
        *,
        coalesce(
            own_utc,
            max(own_utc)
                OVER (PARTITION BY case_key ORDER BY file_number, record_number ROWS UNBOUNDED PRECEDING),
            known.resolved_at_utc
        ) AS resolved_utc
    FROM closed
)

SELECT
    row_number,
    CASE WHEN NOT is_closed AND resolved_utc IS NULL THEN 'not closed' END AS ignored_because,
    case_key AS source_key,
    coalesce("CaseNumber", "Id") AS outcome_id,
    'case_resolved' AS kind,
    CASE
        WHEN "Status" IS NULL THEN NULL
        WHEN is_escalated THEN 'escalated'
        WHEN NOT is_closed THEN 'open'
        WHEN "MasterRecordId" IS NOT NULL
            OR regexp_matches("Status", '(?i)duplicate|spam|merged|cancel|withdrawn|abandon') THEN 'abandoned'
        WHEN regexp_matches("Status", '(?i)unresolved|not resolved|fail') THEN 'failed'
        ELSE 'success'
    END AS status,
    resolved_utc AS resolved_at_utc,
    CASE WHEN NOT is_closed THEN coalesce(known.reopened_at_utc, modified_utc, resolved_utc) END AS reopened_at_utc,
    modified_utc AS updated_at_utc,
    "Id" AS session_id,
    outcome_tags(
        '{}',
        json_object(
            'case_number', "CaseNumber",
            'case_id', "Id",
            'status', "Status",
            'origin', "Origin",
            'reason', "Reason",
            'type', "Type",
            'priority', "Priority",
            'record_type_id', "RecordTypeId"
        )
    ) AS tags
FROM told
ORDER BY file_number, record_number
