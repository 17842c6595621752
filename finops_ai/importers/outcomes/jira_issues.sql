-- importer: jira_issues
-- title: Jira, issues
-- tested on: documentation
-- feeds: outcome
-- reads: csv, json, jsonl
-- recognised by: key | Issue key, status, resolution, resolution_date | Resolved | resolutiondate
-- optional: id | Issue id, fields, updated | updated_date, issue_type, project_key, status_category, priority | priority_name
-- identity: row
-- on repeat: latest updated_at_utc
-- records: issues[]
-- ordered: yes
-- json: fields
-- quirks: One outcome `issue_resolved` per issue, known by its key (ENG-12). An issue is resolved when its resolution says so, whatever its status: Done with an empty resolution is none yet, and is ignored.
-- quirks: Won't do, Duplicate, Declined, Cancelled, Obsolete and the like are abandoned; Cannot reproduce, Incomplete and Failed are failed; every other resolution is a success.
-- quirks: An issue that was resolved and comes again without a resolution is taken back: it stays in the month in which it was resolved, as open and reopened.
-- quirks: The CSV of the issue search repeats column names (Labels, Sprint): those are left out, the API's labels become tags. Its dates are in the time zone of who exported it and are read as UTC.
-- quirks: Jira lets an issue be reopened at any time, so no outcome is ever stated to be final.
WITH issue AS (
    SELECT
        *,
        nullif(
            lower(replace(coalesce(resolution, json_extract_string(fields, '$.resolution.name')), '’', '''')),
            'unresolved'
        ) AS resolved_as,
        outcome_utc(coalesce(resolution_date, json_extract_string(fields, '$.resolutiondate'))) AS stated_utc,
        outcome_utc(coalesce(updated, json_extract_string(fields, '$.updated'))) AS updated_utc,
        outcome_known('jira_issues', key) AS known
    FROM raw
),

resolved AS (
    SELECT
        *,
        CASE WHEN resolved_as IS NOT NULL THEN coalesce(
            stated_utc,
            CASE WHEN known.reopened_at_utc IS NULL THEN known.resolved_at_utc END,
            updated_utc
        ) END AS own_utc
    FROM issue
),

told AS (
    SELECT
        *,
        coalesce(
            own_utc,
            max(own_utc)
                OVER (PARTITION BY key ORDER BY file_number, record_number ROWS UNBOUNDED PRECEDING),
            known.resolved_at_utc
        ) AS resolved_utc
    FROM resolved
)

SELECT
    row_number,
    CASE
        WHEN key IS NOT NULL AND resolved_as IS NULL AND resolved_utc IS NULL THEN 'not resolved'
    END AS ignored_because,
    key AS source_key,
    key AS outcome_id,
    'issue_resolved' AS kind,
    CASE
        WHEN resolved_as IS NULL THEN 'open'
        WHEN regexp_matches(
            resolved_as,
            'won''?t|duplicate|declin|withdrawn|cancel|obsolete|invalid|reject|abandon'
            || '|not a bug|not needed|no longer|out of scope|as designed'
        ) THEN 'abandoned'
        WHEN regexp_matches(resolved_as, 'can(no|'')t reproduce|incomplete|fail|not reproducible') THEN 'failed'
        ELSE 'success'
    END AS status,
    resolved_utc AS resolved_at_utc,
    CASE WHEN resolved_as IS NULL THEN coalesce(known.reopened_at_utc, updated_utc) END AS reopened_at_utc,
    updated_utc AS updated_at_utc,
    outcome_tags(
        outcome_labels(json_extract(fields, '$.labels')::VARCHAR),
        json_object(
            'project', coalesce(
                project_key,
                json_extract_string(fields, '$.project.key'),
                nullif(regexp_extract(key, '^(.+)-[0-9]+$', 1), '')
            ),
            'issue_type', coalesce(issue_type, json_extract_string(fields, '$.issuetype.name')),
            'status', coalesce(status, json_extract_string(fields, '$.status.name')),
            'resolution', nullif(coalesce(resolution, json_extract_string(fields, '$.resolution.name')), 'Unresolved'),
            'priority', coalesce(priority, json_extract_string(fields, '$.priority.name'))
        )
    ) AS tags
FROM told
ORDER BY file_number, record_number
