-- One row per price row that the calls of temporary explained_call were priced with: quantity in tokens or searches,
-- cost at list price, estimated. The $limit largest; the rest stands in one row with price_id NULL.
WITH used AS (
    SELECT unnest([
        {meter: 'input_uncached', quantity: u.input_uncached_tokens, price_id: p.input_uncached_price_id, cost: p.input_uncached_cost},
        {meter: 'cache_read', quantity: u.cache_read_tokens, price_id: p.cache_read_price_id, cost: p.cache_read_cost},
        {meter: 'cache_write_5m', quantity: u.cache_write_5m_tokens, price_id: p.cache_write_5m_price_id, cost: p.cache_write_5m_cost},
        {meter: 'cache_write_1h', quantity: u.cache_write_1h_tokens, price_id: p.cache_write_1h_price_id, cost: p.cache_write_1h_cost},
        {meter: 'cache_write', quantity: u.cache_write_tokens, price_id: p.cache_write_price_id, cost: p.cache_write_cost},
        {meter: 'input_audio', quantity: u.input_audio_tokens, price_id: p.input_audio_price_id, cost: p.input_audio_cost},
        {meter: 'output', quantity: u.output_tokens, price_id: p.output_price_id, cost: p.output_cost},
        {meter: 'output_audio', quantity: u.output_audio_tokens, price_id: p.output_audio_price_id, cost: p.output_audio_cost},
        {meter: 'web_search', quantity: u.web_search_calls, price_id: p.web_search_price_id, cost: p.web_search_cost}
    ]) AS line
    FROM explained_call AS c
    INNER JOIN token_usage AS u ON u.file_id = c.file_id AND u.row_number = c.row_number
    INNER JOIN priced_usage AS p ON p.month = $month AND p.file_id = c.file_id AND p.row_number = c.row_number
),

summed AS (
    SELECT line.price_id AS price_id, line.meter AS meter, count(*) AS calls, sum(line.quantity) AS quantity, sum(line.cost)::DECIMAL(38,15) AS cost
    FROM used
    WHERE line.price_id IS NOT NULL
    GROUP BY line.price_id, line.meter
),

ranked AS (
    SELECT *, row_number() OVER (ORDER BY cost DESC, price_id) AS place
    FROM summed
)

SELECT
    ranked.price_id,
    price.model_id,
    ranked.meter,
    price.unit_price::DECIMAL(38,15) * CASE WHEN ranked.meter = 'web_search' THEN 1000 ELSE 1000000 END AS price_per,
    CASE WHEN ranked.meter = 'web_search' THEN 1000 ELSE 1000000 END AS per,
    price.currency,
    ranked.calls,
    ranked.quantity::BIGINT AS quantity,
    ranked.cost,
    1 AS prices
FROM ranked
LEFT JOIN price_now AS price ON price.price_id = ranked.price_id
WHERE place <= $limit
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, sum(calls)::BIGINT, sum(quantity)::BIGINT, sum(cost)::DECIMAL(38,15), count(*)
FROM ranked
WHERE place > $limit
HAVING count(*) > 0
ORDER BY price_id IS NULL, cost DESC, price_id
