-- The calls of usage_row added up: table usage_part, one row per chunk, source (provider, project, model, tier), day, what
-- may receive the money (receiver, party) and list_currency, in which costs are: at contract rate where a contract holds,
-- else at list price. The cost of a kind is NULL when any of its tokens has no price. usage.py writes the lines of "each
-- kind" once for each kind that any call of the month used: most months use four of nine, and every sum has its price.
WITH used AS (
    SELECT
        usage_signature.source_id,
        u.at_utc::DATE AS day,
        usage_signature.receiver_id,
        usage_row.party_id,
        CASE WHEN p.contract_cost IS NULL THEN p.currency ELSE p.contract_currency END AS list_currency,
        u.calls,
        coalesce(p.contract_cost, p.list_cost) AS list_cost,
        u.kind_quantity,  -- each kind
        coalesce(c.kind_cost, p.kind_cost) AS kind_cost,  -- each kind
        0
        + u.kind_quantity  -- each kind of tokens
        AS tokens,
        u.web_search_calls
    FROM token_usage AS u
    INNER JOIN usage_row ON usage_row.file_id = u.file_id AND usage_row.row_number = u.row_number
    INNER JOIN usage_signature ON usage_signature.signature_id = usage_row.signature_id
    LEFT JOIN priced_usage AS p
        ON p.month = $month
        AND p.file_id = u.file_id
        AND p.row_number = u.row_number
        AND p.file_id BETWEEN $first_file AND $last_file
        AND p.row_number BETWEEN $first_row AND $last_row
    LEFT JOIN contract_usage AS c ON c.month = $month AND c.file_id = u.file_id AND c.row_number = u.row_number
    WHERE u.file_id BETWEEN $first_file AND $last_file AND u.row_number BETWEEN $first_row AND $last_row
)

SELECT
    source_id,
    day,
    receiver_id,
    party_id,
    list_currency,
    sum(kind_quantity) AS kind_quantity,  -- each kind
    CASE WHEN bool_and(kind_quantity = 0 OR kind_cost IS NOT NULL) THEN sum(kind_cost) END AS kind_cost,  -- each kind
    sum(tokens) AS tokens,
    sum(calls)::BIGINT AS calls,
    sum(list_cost)::DECIMAL(38,15) AS list_cost,
    bool_and(list_cost IS NOT NULL OR tokens + web_search_calls = 0) AS is_priced
FROM used
GROUP BY ALL
