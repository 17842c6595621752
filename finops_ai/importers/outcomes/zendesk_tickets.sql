-- importer: zendesk_tickets
-- title: Zendesk, tickets
-- tested on: documentation
-- feeds: outcome
-- reads: json, jsonl, csv
-- recognised by: id | Ticket ID, status | Ticket status, requester_id | Requester | Requester name, updated_at | Updated | solved_at | Solved | Ticket solved - Date
-- optional: solved_at | Solved | Ticket solved - Date, metric_set, dates, created_at | Requested, via, tags, custom_fields, external_id, satisfaction_rating, satisfaction_score | Satisfaction, reopens, brand_id, group_id | Group
-- identity: row
-- on repeat: latest updated_at_utc
-- records: tickets[]
-- ordered: yes
-- json: metric_set, dates, custom_fields, satisfaction_rating
-- quirks: One outcome `ticket_resolved` per ticket, known by its number; logs find it by that number, or through external_id as session_id.
-- quirks: Solved and closed are a success. New, open, pending and on-hold tickets are none yet, and are ignored as long as they were never solved.
-- quirks: A ticket that was a success and comes again as open is taken back: it stays in the month in which it was solved, as open and reopened.
-- quirks: The instant of solving stands in metric_set (ask for `include=metric_sets`) or in the export's Solved column. Without it the first delivery that shows the ticket as solved gives the time of its last update.
-- quirks: A solved ticket can be reopened until it is closed, at most 28 days later: until then the outcome is not final.
-- quirks: A ticket that was merged into another (tag closed_by_merge) or deleted is abandoned, no success.
-- quirks: Times in CSV exports are in the account's time zone and are read as UTC: the JSON export is exact.
-- quirks: Custom fields become tags named field_<id>.
WITH ticket AS (
    SELECT
        *,
        replace(lower(status), '-', '_') AS state,
        outcome_utc(
            coalesce(
                json_extract_string(metric_set, '$.solved_at'), json_extract_string(dates, '$.solved_at'), solved_at
            )
        ) AS stated_utc,
        outcome_utc(updated_at) AS updated_utc,
        coalesce(json_extract_string(metric_set, '$.reopens'), reopens) AS reopened_times,
        outcome_utc(
            coalesce(
                json_extract_string(metric_set, '$.status_updated_at'),
                json_extract_string(dates, '$.status_updated_at')
            )
        ) AS status_changed_utc,
        coalesce(json_extract_string(satisfaction_rating, '$.score'), satisfaction_score) AS satisfaction,
        CASE WHEN json_valid(via) THEN json_extract_string(via, '$.channel') ELSE via END AS channel,
        outcome_labels(tags) AS labels,
        outcome_known('zendesk_tickets', id) AS known
    FROM raw
),

-- A run is a row of deliveries in which the ticket stays done: it was solved at the first of them.
run AS (
    SELECT
        *,
        coalesce(state IN ('solved', 'closed'), false) AS is_done,
        count(*) FILTER (state NOT IN ('solved', 'closed'))
            OVER (PARTITION BY id ORDER BY file_number, record_number ROWS UNBOUNDED PRECEDING) AS run_number
    FROM ticket
),

solved AS (
    SELECT
        *,
        CASE WHEN is_done THEN coalesce(
            stated_utc,
            CASE WHEN run_number = 0 AND known.status = 'success' THEN known.resolved_at_utc END,
            min(updated_utc) FILTER (is_done) OVER (PARTITION BY id, run_number)
        ) END AS solved_utc
    FROM run
),

told AS (
    SELECT
        *,
        CASE WHEN is_done THEN solved_utc ELSE coalesce(
            stated_utc,
            max(solved_utc)
                OVER (PARTITION BY id ORDER BY file_number, record_number ROWS UNBOUNDED PRECEDING),
            known.resolved_at_utc
        ) END AS resolved_utc
    FROM solved
)

SELECT
    row_number,
    CASE
        WHEN state IN ('new', 'open', 'pending', 'hold', 'on_hold', 'deleted') AND resolved_utc IS NULL
            THEN 'not solved yet'
    END AS ignored_because,
    id AS source_key,
    id AS outcome_id,
    'ticket_resolved' AS kind,
    CASE
        WHEN state = 'deleted' OR json_exists(labels, '$.closed_by_merge') THEN 'abandoned'
        WHEN is_done THEN 'success'
        WHEN state IN ('new', 'open', 'pending', 'hold', 'on_hold') THEN 'open'
        WHEN status IS NOT NULL THEN bad_status(status)
    END AS status,
    resolved_utc AS resolved_at_utc,
    CASE
        WHEN state = 'closed' THEN least(greatest(updated_utc, resolved_utc), resolved_utc + INTERVAL 28 DAY)
        WHEN state = 'solved' THEN resolved_utc + INTERVAL 28 DAY
    END AS final_after_utc,
    CASE
        WHEN NOT is_done AND state <> 'deleted' THEN coalesce(status_changed_utc, known.reopened_at_utc, updated_utc)
    END AS reopened_at_utc,
    updated_utc AS updated_at_utc,
    external_id AS session_id,
    outcome_tags(
        json_merge_patch(labels, outcome_fields(custom_fields)),
        json_object(
            'channel', channel,
            'satisfaction', satisfaction,
            'reopens', nullif(reopened_times, '0'),
            'external_id', external_id,
            'brand_id', brand_id,
            'group', group_id
        )
    ) AS tags
FROM told
ORDER BY file_number, record_number
