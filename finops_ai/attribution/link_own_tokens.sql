-- Temporary: the tokens of the month's calls that one outcome has alone: the weights of method token_weighted.
CREATE OR REPLACE TEMP TABLE link_own_tokens AS
SELECT
    outcome_ref.outcome_kind,
    outcome_ref.outcome_id,
    sum(
        u.input_uncached_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens
        + u.cache_write_tokens + u.input_audio_tokens + u.output_tokens + u.output_audio_tokens
    ) AS tokens
FROM usage_linked AS l
INNER JOIN outcome_ref ON outcome_ref.outcome_ref_id = l.party_id
INNER JOIN token_usage AS u ON u.file_id = l.file_id AND u.row_number = l.row_number
WHERE $is_needed AND u.at_utc >= $start_utc AND u.at_utc < $end_utc
GROUP BY outcome_ref.outcome_kind, outcome_ref.outcome_id
