-- Temporary: which contract of finops.yaml holds for which calls of the month, and when. One row per provider,
-- model, project and tier as used, and span of time; spans of one key never meet. Prices in `currency` per token
-- or call.
CREATE OR REPLACE TEMP TABLE contract_span AS
SELECT
    unnest($provider::VARCHAR[]) AS provider,
    unnest($model_name::VARCHAR[]) AS model_name,
    unnest($model_id::VARCHAR[]) AS model_id,
    unnest($project_id::VARCHAR[]) AS project_id,
    unnest($service_tier::VARCHAR[]) AS service_tier,
    unnest($from_utc::TIMESTAMP[]) AS from_utc,
    unnest($to_utc::TIMESTAMP[]) AS to_utc,
    unnest($contract_name::VARCHAR[]) AS contract_name,
    unnest($multiplier::VARCHAR[])::DECIMAL(9,8) AS multiplier,
    unnest($currency::VARCHAR[]) AS currency,
    unnest($input_uncached::VARCHAR[])::DECIMAL(18,15) AS input_uncached_unit_price,
    unnest($cache_read::VARCHAR[])::DECIMAL(18,15) AS cache_read_unit_price,
    unnest($cache_write_5m::VARCHAR[])::DECIMAL(18,15) AS cache_write_5m_unit_price,
    unnest($cache_write_1h::VARCHAR[])::DECIMAL(18,15) AS cache_write_1h_unit_price,
    unnest($cache_write::VARCHAR[])::DECIMAL(18,15) AS cache_write_unit_price,
    unnest($input_audio::VARCHAR[])::DECIMAL(18,15) AS input_audio_unit_price,
    unnest($output::VARCHAR[])::DECIMAL(18,15) AS output_unit_price,
    unnest($output_audio::VARCHAR[])::DECIMAL(18,15) AS output_audio_unit_price,
    unnest($web_search::VARCHAR[])::DECIMAL(18,15) AS web_search_unit_price
