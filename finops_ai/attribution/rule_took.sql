-- One row per rule that took anything in $month, and currency: calls and tokens of its usage rows, its charges, and
-- the billed money that it placed. Calls, tokens and charges stand beside each currency of a rule.
WITH money AS (
    SELECT rule_ordinal, billing_currency AS currency, sum(cost)::DECIMAL(38,15) AS cost
    FROM allocation
    WHERE month = $month AND kind = 'direct' AND rule_ordinal IS NOT NULL
    GROUP BY ALL
),

used AS (
    SELECT
        a.rule_ordinal,
        sum(u.calls)::BIGINT AS calls,
        sum(
            u.input_uncached_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens
            + u.cache_write_tokens + u.input_audio_tokens + u.output_tokens + u.output_audio_tokens
        )::BIGINT AS tokens
    FROM usage_attributed AS a
    INNER JOIN token_usage AS u USING (file_id, row_number)
    WHERE a.month = $month AND a.rule_ordinal IS NOT NULL
    GROUP BY a.rule_ordinal
),

charged AS (
    SELECT rule_ordinal, sum(charge_rows)::BIGINT AS charges
    FROM cell
    WHERE month = $month AND rule_ordinal IS NOT NULL
    GROUP BY rule_ordinal
)

SELECT
    rule_ordinal,
    money.currency,
    coalesce(used.calls, 0) AS calls,
    coalesce(used.tokens, 0) AS tokens,
    coalesce(charged.charges, 0) AS charges,
    coalesce(money.cost, 0)::DECIMAL(38,15) AS cost
FROM money
FULL JOIN used USING (rule_ordinal)
FULL JOIN charged USING (rule_ordinal)
ORDER BY rule_ordinal, currency
