-- What logged usage should have cost, per meter, in `currency`: the one place that says which price is expected,
-- that of a contract rate where one holds for the call, else the list price.
CREATE OR REPLACE TEMP VIEW reconcile_expected AS
SELECT
    p.month,
    p.file_id,
    p.row_number,
    coalesce(c.contract_currency, p.currency) AS currency,
    p.input_uncached_price_id,
    coalesce(c.input_uncached_cost, p.input_uncached_cost) AS input_uncached_expected_cost,
    p.cache_read_price_id,
    coalesce(c.cache_read_cost, p.cache_read_cost) AS cache_read_expected_cost,
    p.cache_write_5m_price_id,
    coalesce(c.cache_write_5m_cost, p.cache_write_5m_cost) AS cache_write_5m_expected_cost,
    p.cache_write_1h_price_id,
    coalesce(c.cache_write_1h_cost, p.cache_write_1h_cost) AS cache_write_1h_expected_cost,
    p.cache_write_price_id,
    coalesce(c.cache_write_cost, p.cache_write_cost) AS cache_write_expected_cost,
    p.input_audio_price_id,
    coalesce(c.input_audio_cost, p.input_audio_cost) AS input_audio_expected_cost,
    p.output_price_id,
    coalesce(c.output_cost, p.output_cost) AS output_expected_cost,
    p.output_audio_price_id,
    coalesce(c.output_audio_cost, p.output_audio_cost) AS output_audio_expected_cost,
    p.web_search_price_id,
    coalesce(c.web_search_cost, p.web_search_cost) AS web_search_expected_cost
FROM priced_usage AS p
LEFT JOIN contract_usage AS c
    ON c.month = p.month AND c.file_id = p.file_id AND c.row_number = p.row_number AND p.contract_cost IS NOT NULL
