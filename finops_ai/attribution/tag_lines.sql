-- One row per value of one tag and currency of $month (name NULL: without the tag): billed money, calls and tokens. The
-- rows of a currency add up to what was billed; calls and tokens stand beside each currency of a name.
WITH part AS (
    SELECT tag_line.cell_id, tag_member.tag, split_share.share AS cost
    FROM split_share
    INNER JOIN tag_line ON tag_line.line_id = split_share.group_id
    INNER JOIN tag_member ON tag_member.member_id = split_share.member_id
    UNION ALL
    SELECT tag_line.cell_id, tag_charge.tag, tag_charge.cost
    FROM tag_line
    ANTI JOIN tag_weight USING (line_id)
    INNER JOIN tag_charge USING (cell_id)
    WHERE tag_line.is_whole
),

cost AS (
    SELECT part.tag AS name, cell.billing_currency AS currency, sum(part.cost)::DECIMAL(38,15) AS cost
    FROM part
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = part.cell_id
    GROUP BY ALL
),

used AS (
    SELECT
        tag AS name,
        sum(calls)::BIGINT AS calls,
        sum(
            input_uncached + cache_read + cache_write_5m + cache_write_1h + cache_write + input_audio + output
            + output_audio
        )::BIGINT AS tokens
    FROM tag_use
    GROUP BY tag
),

billed AS (
    SELECT currency, sum(cost)::DECIMAL(38,15) AS cost
    FROM cost
    GROUP BY currency
),

lined AS (
    SELECT
        coalesce(cost.name, used.name) AS name,
        coalesce(cost.currency, month_attributed.reporting_currency) AS currency,
        coalesce(cost.cost, 0)::DECIMAL(38,15) AS cost,
        coalesce(used.calls, 0) AS calls,
        coalesce(used.tokens, 0) AS tokens
    FROM cost
    FULL JOIN used ON used.name IS NOT DISTINCT FROM cost.name
    INNER JOIN month_attributed ON month_attributed.month = $month
)

SELECT lined.*, amount_share(lined.cost, billed.cost) AS share
FROM lined
LEFT JOIN billed USING (currency)
ORDER BY currency, name IS NULL, cost DESC, name
