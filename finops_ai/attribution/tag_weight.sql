-- Temporary: one row per line of tag_line and tag (NULL: none) that its calls carry, weighed by the tokens of the cell's
-- kind, by all tokens where the bill tells no kinds apart, and where that is nothing by calls.
CREATE OR REPLACE TEMP TABLE tag_weight AS
WITH placed AS (
    SELECT
        tag_line.line_id,
        tag_use.tag,
        CASE cell.token_kind
            WHEN 'input_uncached' THEN tag_use.input_uncached
            WHEN 'cache_read' THEN tag_use.cache_read
            WHEN 'cache_write_5m' THEN tag_use.cache_write_5m
            WHEN 'cache_write_1h' THEN tag_use.cache_write_1h
            WHEN 'cache_write' THEN tag_use.cache_write + tag_use.cache_write_5m + tag_use.cache_write_1h
            WHEN 'input_audio' THEN tag_use.input_audio
            WHEN 'output' THEN tag_use.output
            WHEN 'output_audio' THEN tag_use.output_audio
            WHEN 'web_search' THEN tag_use.web_search
            ELSE tag_use.input_uncached + tag_use.cache_read + tag_use.cache_write_5m + tag_use.cache_write_1h
                + tag_use.cache_write + tag_use.input_audio + tag_use.output + tag_use.output_audio
        END AS weight
    FROM tag_line
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = tag_line.cell_id
    INNER JOIN tag_use
        ON tag_use.provider = cell.provider
        AND tag_use.match_model IS NOT DISTINCT FROM coalesce(cell.model_id, '?' || cell.model_name)
        AND (cell.day IS NULL OR tag_use.day = cell.day)
        AND (cell.sub_account_id IS NULL OR tag_use.project_id IS NULL OR tag_use.project_id = cell.sub_account_id)
        AND (
            tag_use.workflow IS NOT DISTINCT FROM tag_line.workflow
            AND tag_use.rule_ordinal IS NOT DISTINCT FROM tag_line.rule_ordinal
            -- Calls without a workflow whose charge has one by a rule.
            OR tag_use.workflow IS NULL
            AND tag_line.workflow = cell.workflow
            AND tag_line.rule_ordinal = cell.rule_ordinal
        )
        AND (tag_line.workflow IS NOT NULL OR tag_use.detail IS NOT DISTINCT FROM tag_line.detail)
    WHERE tag_line.by_log
)

SELECT line_id, tag, sum(weight)::HUGEINT AS weight
FROM placed
GROUP BY line_id, tag
HAVING sum(weight) > 0
