-- importer: intercom_conversations
-- title: Intercom, conversations with the AI agent (Fin)
-- tested on: documentation
-- feeds: outcome
-- reads: json, jsonl, csv
-- recognised by: id | Conversation ID, state | Current conversation state | Conversation state, ai_agent_participated | Fin AI Agent involved
-- optional: created_at | Conversation started at | Conversation created at, updated_at | Conversation updated at, ai_agent, statistics, custom_attributes, tags, source, resolution_state | Fin AI Agent resolution state, last_close_at | Conversation last closed at | Last closed at, rating | Fin AI Agent rating, channel, tag_names | Conversation tag | Conversation tags, reopens | Number of reopens, topic | AI Topic | Topics, source_type | Fin AI Agent source type
-- identity: row
-- on repeat: latest updated_at_utc
-- records: conversations[] | data[]
-- ordered: yes
-- json: ai_agent, statistics, custom_attributes, tags, source
-- quirks: One outcome `conversation_resolved` per conversation in which the AI agent took part; conversations of people alone are ignored, and so are the previews of Fin and of workflows.
-- quirks: Assumed and confirmed resolutions are a success, routed to team is escalated, abandoned is abandoned, negative feedback is failed. Without a state the agent is still at work: ignored.
-- quirks: A customer who comes back to the conversation takes the resolution back, in any later month: the next delivery of the conversation replaces it.
-- quirks: A success is not final for 24 hours.
-- quirks: The conversation's id is also its session_id, so that logs may carry it as either.
-- quirks: A success counts at the conversation's last close, else when the agent's part was last updated. Times are epoch seconds, or text in UTC: export a CSV with the workspace's time zone set to UTC.
WITH conversation AS (
    SELECT
        *,
        replace(lower(coalesce(
            json_extract_string(ai_agent, '$.resolution_state'),
            json_extract_string(custom_attributes, '$."Fin AI Agent resolution state"'),
            resolution_state
        )), ' ', '_') AS agent_state,
        lower(ai_agent_participated) IN ('true', 'yes', '1') AS has_agent,
        coalesce(json_extract_string(ai_agent, '$.source_type'), source_type) AS agent_source,
        outcome_utc(coalesce(json_extract_string(statistics, '$.last_close_at'), last_close_at)) AS closed_utc,
        outcome_utc(json_extract_string(ai_agent, '$.updated_at')) AS agent_utc,
        outcome_utc(updated_at) AS updated_utc,
        outcome_utc(created_at) AS created_utc,
        outcome_labels(
            coalesce(json_extract(tags, '$.tags')::VARCHAR, to_json(string_split(tag_names, ','))::VARCHAR)
        ) AS labels,
        outcome_known('intercom_conversations', id) AS known
    FROM raw
),

judged AS (
    SELECT
        *,
        CASE
            WHEN agent_state IN ('assumed_resolution', 'confirmed_resolution', 'assumed', 'confirmed') THEN 'success'
            WHEN agent_state IN ('routed_to_team', 'escalated') THEN 'escalated'
            WHEN agent_state = 'abandoned' THEN 'abandoned'
            WHEN agent_state = 'negative_feedback' THEN 'failed'
            WHEN agent_state IS NULL THEN 'open'
            WHEN has_agent THEN bad_status(agent_state)
        END AS verdict_status
    FROM conversation
),

timed AS (
    SELECT
        *,
        CASE verdict_status
            WHEN 'success' THEN coalesce(closed_utc, agent_utc, updated_utc, created_utc)
            WHEN 'open' THEN NULL
            ELSE coalesce(agent_utc, closed_utc, updated_utc, created_utc)
        END AS own_utc
    FROM judged
),

told AS (
    SELECT
        *,
        max(own_utc) FILTER (verdict_status = 'success')
            OVER (PARTITION BY id ORDER BY file_number, record_number ROWS UNBOUNDED PRECEDING) AS success_utc
    FROM timed
)

SELECT
    row_number,
    CASE
        WHEN NOT has_agent THEN 'no AI agent took part'
        WHEN agent_source IN ('fin_preview', 'workflow_preview') THEN 'a preview'
        WHEN verdict_status = 'open' AND success_utc IS NULL AND known IS NULL THEN 'the agent is still at work'
    END AS ignored_because,
    id AS source_key,
    id AS outcome_id,
    'conversation_resolved' AS kind,
    verdict_status AS status,
    coalesce(own_utc, success_utc, known.resolved_at_utc) AS resolved_at_utc,
    CASE WHEN verdict_status = 'success' THEN own_utc + INTERVAL 24 HOUR END AS final_after_utc,
    CASE
        WHEN verdict_status <> 'success' AND (success_utc IS NOT NULL OR known.status = 'success')
            THEN coalesce(agent_utc, updated_utc, own_utc)
        WHEN verdict_status <> 'success' THEN known.reopened_at_utc
    END AS reopened_at_utc,
    updated_utc AS updated_at_utc,
    id AS session_id,
    outcome_tags(
        json_merge_patch(labels, object_or_empty(custom_attributes)),
        json_object(
            'state', lower(state),
            'resolution_state', agent_state,
            'last_answer_type', json_extract_string(ai_agent, '$.last_answer_type'),
            'source_type', agent_source,
            'rating', coalesce(json_extract_string(ai_agent, '$.rating'), rating),
            'channel', coalesce(json_extract_string(source, '$.type'), channel),
            'topic', topic,
            'reopens', nullif(coalesce(json_extract_string(statistics, '$.count_reopens'), reopens), '0')
        )
    ) AS tags
FROM told
ORDER BY file_number, record_number
