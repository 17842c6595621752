-- Temporary: what the calls of $month hold by the value of one tag (NULL: none), as fine as bill and log are compared.
-- $path is the tag, $within another reading of it.
CREATE OR REPLACE TEMP TABLE tag_use AS
SELECT
    a.provider,
    u.at_utc::DATE AS day,
    coalesce(u.model_id, '?' || u.model_name) AS match_model,
    u.project_id,
    a.workflow,
    a.rule_ordinal,
    CASE
        WHEN a.workflow IS NULL
            THEN coalesce(nullif(concat_ws(' / ', u.api_key_id, u.project_id), ''), 'no key or project')
    END AS detail,
    coalesce(TRY(json_extract_string(u.tags, $path)), TRY(json_extract_string(u.tags, $within))) AS tag,
    sum(u.calls)::HUGEINT AS calls,
    sum(u.input_uncached_tokens)::HUGEINT AS input_uncached,
    sum(u.cache_read_tokens)::HUGEINT AS cache_read,
    sum(u.cache_write_5m_tokens)::HUGEINT AS cache_write_5m,
    sum(u.cache_write_1h_tokens)::HUGEINT AS cache_write_1h,
    sum(u.cache_write_tokens)::HUGEINT AS cache_write,
    sum(u.input_audio_tokens)::HUGEINT AS input_audio,
    sum(u.output_tokens)::HUGEINT AS output,
    sum(u.output_audio_tokens)::HUGEINT AS output_audio,
    sum(u.web_search_calls)::HUGEINT AS web_search
FROM usage_attributed AS a
INNER JOIN token_usage AS u USING (file_id, row_number)
WHERE a.month = $month
GROUP BY ALL
