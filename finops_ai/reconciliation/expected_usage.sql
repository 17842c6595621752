-- What logged usage should have cost, per meter, in `currency`: the one place that says which price is expected.
CREATE OR REPLACE TEMP VIEW reconcile_expected AS
SELECT
    month,
    file_id,
    row_number,
    currency,
    pricing_status,
    input_uncached_price_id,
    input_uncached_cost AS input_uncached_expected_cost,
    cache_read_price_id,
    cache_read_cost AS cache_read_expected_cost,
    cache_write_5m_price_id,
    cache_write_5m_cost AS cache_write_5m_expected_cost,
    cache_write_1h_price_id,
    cache_write_1h_cost AS cache_write_1h_expected_cost,
    cache_write_price_id,
    cache_write_cost AS cache_write_expected_cost,
    input_audio_price_id,
    input_audio_cost AS input_audio_expected_cost,
    output_price_id,
    output_cost AS output_expected_cost,
    output_audio_price_id,
    output_audio_cost AS output_audio_expected_cost,
    web_search_price_id,
    web_search_cost AS web_search_expected_cost
FROM priced_usage
