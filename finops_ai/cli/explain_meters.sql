-- One row per meter that usage row $usage_id used: its quantity, the price row in force and the cost in
-- `currency`; unit_price per token or call. NULL price: none is known, so the cost is unknown. contract_cost is
-- NULL without a contract rate.
WITH used AS (
    SELECT unnest([
        {meter: 'input_uncached', quantity: u.input_uncached_tokens, price_id: p.input_uncached_price_id, cost: p.input_uncached_cost, contract: c.input_uncached_cost},
        {meter: 'cache_read', quantity: u.cache_read_tokens, price_id: p.cache_read_price_id, cost: p.cache_read_cost, contract: c.cache_read_cost},
        {meter: 'cache_write_5m', quantity: u.cache_write_5m_tokens, price_id: p.cache_write_5m_price_id, cost: p.cache_write_5m_cost, contract: c.cache_write_5m_cost},
        {meter: 'cache_write_1h', quantity: u.cache_write_1h_tokens, price_id: p.cache_write_1h_price_id, cost: p.cache_write_1h_cost, contract: c.cache_write_1h_cost},
        {meter: 'cache_write', quantity: u.cache_write_tokens, price_id: p.cache_write_price_id, cost: p.cache_write_cost, contract: c.cache_write_cost},
        {meter: 'input_audio', quantity: u.input_audio_tokens, price_id: p.input_audio_price_id, cost: p.input_audio_cost, contract: c.input_audio_cost},
        {meter: 'output', quantity: u.output_tokens, price_id: p.output_price_id, cost: p.output_cost, contract: c.output_cost},
        {meter: 'output_audio', quantity: u.output_audio_tokens, price_id: p.output_audio_price_id, cost: p.output_audio_cost, contract: c.output_audio_cost},
        {meter: 'web_search', quantity: u.web_search_calls, price_id: p.web_search_price_id, cost: p.web_search_cost, contract: c.web_search_cost}
    ]) AS line,
    generate_subscripts([1, 2, 3, 4, 5, 6, 7, 8, 9], 1) AS place
    FROM token_usage AS u
    INNER JOIN priced_usage AS p USING (file_id, row_number)
    LEFT JOIN contract_usage AS c ON c.file_id = u.file_id AND c.row_number = u.row_number
    WHERE u.usage_id::VARCHAR = $usage_id
)
SELECT
    line.meter,
    line.quantity,
    price.unit_price,
    CASE WHEN line.meter = 'web_search' THEN 1000 ELSE 1000000 END AS per,
    price.unit_price::DECIMAL(38,15) * per AS price_per,
    CASE WHEN line.price_id IS NOT NULL THEN line.cost END AS cost,
    line.contract AS contract_cost,
    line.price_id,
    price.model_id,
    price.endpoint_scope,
    price.service_tier,
    price.min_prompt_tokens,
    price.hours_utc,
    price.valid_from_utc,
    price.valid_to_utc,
    price.kind,
    price.source_url,
    price.checked_on
FROM used
LEFT JOIN price_now AS price ON price.price_id = line.price_id
WHERE line.quantity > 0
ORDER BY place
