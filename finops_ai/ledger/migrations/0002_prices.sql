-- Prices as they are used: what holds of the append-only rows, what names mean, and priced usage.

-- Hours of the week in UTC during which a price holds, for example 'Mon-Fri 01-04,06-10'; NULL: always.
ALTER TABLE price ADD COLUMN hours_utc VARCHAR;

-- One row per catalogue taken over; the last one is in force.
CREATE TABLE price_catalogue (
    catalogue_sha256 VARCHAR NOT NULL,
    files_sha256 VARCHAR NOT NULL,
    price_rows BIGINT NOT NULL,
    alias_rows BIGINT NOT NULL,
    recorded_at_utc TIMESTAMP NOT NULL
);

-- The prices in force: of the rows with the same dimensions and start, the one recorded last.
-- unit_price in `currency` per token or call; valid_to_utc NULL: still open.
CREATE VIEW price_now AS
SELECT * EXCLUDE (recorded_rank)
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY
                provider, model_id, meter, endpoint_scope, service_tier, min_prompt_tokens,
                hours_utc, valid_from_utc
            ORDER BY recorded_at_utc DESC, rowid DESC
        ) AS recorded_rank
    FROM price
)
WHERE recorded_rank = 1;

-- The aliases in force, likewise.
CREATE VIEW model_alias_now AS
SELECT * EXCLUDE (recorded_rank)
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY provider, model_name, valid_from_utc
            ORDER BY recorded_at_utc DESC, rowid DESC
        ) AS recorded_rank
    FROM model_alias
)
WHERE recorded_rank = 1;

-- What each (provider, name) of usage and charges means, derived. The spans of one name tile all of
-- time without meeting; model_id NULL: unknown. endpoint_scope is what the name implies for usage that
-- states none. price_provider is whose prices hold ('bedrock' as logged is 'aws-bedrock').
CREATE TABLE model_resolution (
    provider VARCHAR NOT NULL,
    model_name VARCHAR NOT NULL,
    price_provider VARCHAR NOT NULL,
    model_id VARCHAR,
    endpoint_scope VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    valid_from_utc TIMESTAMP NOT NULL,
    valid_to_utc TIMESTAMP NOT NULL
);

-- One row per usage row of a priced month, derived. Costs at list price in `currency`, unrounded;
-- a meter that was not used costs 0 and has no price_id. list_cost NULL: see pricing_status
-- ('priced', 'unknown_model', 'no_price:<meter>', 'no_tokens').
CREATE TABLE priced_usage (
    month DATE NOT NULL,
    usage_id UHUGEINT NOT NULL,
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    provider VARCHAR NOT NULL,
    model_id VARCHAR,
    input_uncached_price_id VARCHAR,
    input_uncached_cost DECIMAL(38,15),
    cache_read_price_id VARCHAR,
    cache_read_cost DECIMAL(38,15),
    cache_write_5m_price_id VARCHAR,
    cache_write_5m_cost DECIMAL(38,15),
    cache_write_1h_price_id VARCHAR,
    cache_write_1h_cost DECIMAL(38,15),
    cache_write_price_id VARCHAR,
    cache_write_cost DECIMAL(38,15),
    input_audio_price_id VARCHAR,
    input_audio_cost DECIMAL(38,15),
    output_price_id VARCHAR,
    output_cost DECIMAL(38,15),
    output_audio_price_id VARCHAR,
    output_audio_cost DECIMAL(38,15),
    web_search_price_id VARCHAR,
    web_search_cost DECIMAL(38,15),
    list_cost DECIMAL(38,15),
    pricing_status VARCHAR NOT NULL,
    currency VARCHAR
);

-- The hours of each price.hours_utc as half-open ranges of hours of the week; 0 is Monday 00:00 UTC.
CREATE TABLE price_hours (
    hours_utc VARCHAR NOT NULL,
    hour_from INTEGER NOT NULL,
    hour_to INTEGER NOT NULL
);
