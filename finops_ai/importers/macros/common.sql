-- The macros that every importer types its text with. A value that cannot be typed goes to a
-- `bad_*` macro: macros_strict.sql lets it raise, the recovery files give it a marker instead.

-- Money and quantities: exact up to 15 decimals, rounded half-even beyond (counted by the load).
CREATE OR REPLACE TEMP MACRO as_money(t) AS CASE
    WHEN t IS NULL THEN NULL
    WHEN regexp_full_match(t, '-?[0-9]{1,22}(\.[0-9]{1,15})?') THEN CAST(t AS DECIMAL(38, 15))
    WHEN regexp_full_match(t, '-?[0-9]{1,8}(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,2})?')
        THEN coalesce(
            CAST(round_even(TRY_CAST(t AS DECIMAL(38, 30)), 15) AS DECIMAL(38, 15)),
            CAST(round_even(TRY_CAST(t AS DECIMAL(38, 20)), 15) AS DECIMAL(38, 15)),
            TRY_CAST(t AS DECIMAL(38, 15)),
            bad_number(t)
        )
    WHEN regexp_full_match(t, '-?[0-9]{9,18}\.[0-9]{16,60}')
        THEN coalesce(CAST(round_even(TRY_CAST(t AS DECIMAL(38, 20)), 15) AS DECIMAL(38, 15)), bad_number(t))
    ELSE bad_number(t)
END;

-- Cents and fractions of a cent as money in whole units, rounded once.
CREATE OR REPLACE TEMP MACRO as_cents(t) AS CASE
    WHEN regexp_full_match(t, '-?[0-9]{1,14}(\.[0-9]{1,20})?')
        THEN CAST(round_even(CAST(CAST(t AS DECIMAL(38, 20)) * 0.01 AS DECIMAL(38, 22)), 15) AS DECIMAL(38, 15))
    ELSE CAST(round_even(CAST(as_money(t) * 0.01 AS DECIMAL(38, 17)), 15) AS DECIMAL(38, 15))
END;

CREATE OR REPLACE TEMP MACRO as_quantity(t) AS as_money(t);

-- as_money(t), where most lines of a bill repeat the text `other`, which is typed as `typed`.
CREATE OR REPLACE TEMP MACRO as_money_like(t, other, typed) AS CASE WHEN t = other THEN typed ELSE as_money(t) END;

-- What as_money leaves off, for the line "n rows rounded by x in total".
CREATE OR REPLACE TEMP MACRO rounding_of(t) AS CASE
    WHEN strlen(t) <= 16 AND t NOT ILIKE '%e%' THEN 0::DECIMAL(38, 33)
    WHEN t IS NULL OR NOT regexp_matches(t, '\.[0-9]{16}|[eE]') THEN 0::DECIMAL(38, 33)
    ELSE coalesce(
        TRY(CAST(TRY_CAST(t AS DECIMAL(38, 30)) - round_even(TRY_CAST(t AS DECIMAL(38, 30)), 15) AS DECIMAL(38, 33))),
        TRY(CAST(TRY_CAST(t AS DECIMAL(38, 20)) - round_even(TRY_CAST(t AS DECIMAL(38, 20)), 15) AS DECIMAL(38, 33))),
        0::DECIMAL(38, 33)
    )
END;

CREATE OR REPLACE TEMP MACRO rounding_of_cents(t) AS CASE
    WHEN t IS NULL OR NOT regexp_matches(t, '\.[0-9]{14}') THEN 0::DECIMAL(38, 33)
    ELSE coalesce(
        TRY(
            CAST(
                CAST(CAST(t AS DECIMAL(38, 20)) * 0.01 AS DECIMAL(38, 22))
                - round_even(CAST(CAST(t AS DECIMAL(38, 20)) * 0.01 AS DECIMAL(38, 22)), 15) AS DECIMAL(38, 33)
            )
        ),
        0::DECIMAL(38, 33)
    )
END;

-- Whole numbers from 0: tokens and calls. "12.0" is how some tools write 12.
CREATE OR REPLACE TEMP MACRO as_count(t) AS CASE
    WHEN t IS NULL THEN NULL
    WHEN regexp_full_match(t, '[0-9]{1,18}(\.0+)?') THEN CAST(split_part(t, '.', 1) AS BIGINT)
    ELSE bad_count(t)
END;

-- Instants become TIMESTAMP in UTC. Text without a zone is UTC; short US dates occur in samples.
CREATE OR REPLACE TEMP MACRO any_utc(t) AS CASE
    WHEN t IS NULL THEN NULL
    WHEN regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?( ?(Z|UTC))?')
        THEN coalesce(TRY_CAST(regexp_replace(t, ' ?(Z|UTC)$', '') AS TIMESTAMP), bad_instant(t))
    WHEN regexp_full_match(t, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+[+-][0-9]{2}(:?[0-9]{2})?')
        THEN coalesce(CAST(TRY_CAST(t AS TIMESTAMPTZ) AS TIMESTAMP), bad_instant(t))
    WHEN regexp_full_match(t, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}')
        THEN coalesce(try_strptime(t, '%m/%d/%Y'), bad_instant(t))
    WHEN regexp_full_match(t, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}')
        THEN coalesce(try_strptime(t, '%m/%d/%y'), bad_instant(t))
    ELSE bad_instant(t)
END;

-- The same; what bills mostly print ("2026-10-01T00:00:00Z") is read at a third of the cost.
CREATE OR REPLACE TEMP MACRO as_utc(t) AS coalesce(
    CASE WHEN strlen(t) = 20 AND t >= '1' AND t < '3' THEN try_strptime(t, '%Y-%m-%dT%H:%M:%SZ') END, any_utc(t)
);

-- Seconds since 1970 (whole or with a fraction), or anything as_utc reads.
CREATE OR REPLACE TEMP MACRO as_epoch_utc(t) AS CASE
    WHEN regexp_full_match(t, '[0-9]{9,11}(\.[0-9]+)?')
        THEN make_timestamp(CAST(CAST(t AS DECIMAL(20, 6)) * 1000000 AS BIGINT))
    ELSE as_utc(t)
END;

-- The instant that the user stated for records without one; NULL when none was stated.
CREATE OR REPLACE TEMP MACRO stated_at_utc() AS CAST(getvariable('stated_at_utc') AS TIMESTAMP);

CREATE OR REPLACE TEMP MACRO as_currency(t) AS CASE
    WHEN t IS NULL OR t IN ('USD', 'EUR', 'GBP') THEN t
    WHEN regexp_full_match(t, '[A-Za-z]{3}') THEN upper(t)
    WHEN length(trim(t)) > 0 THEN t
    ELSE bad_text(t)
END;

CREATE OR REPLACE TEMP MACRO as_json(t) AS CASE
    WHEN t IS NULL OR t = '' THEN NULL
    WHEN json_valid(t) THEN t
    ELSE bad_json(t)
END;

CREATE OR REPLACE TEMP MACRO month_start(i) AS CAST(date_trunc('month', i) AS TIMESTAMP);

-- A bill's name of a company as the key that logs use.
CREATE OR REPLACE TEMP MACRO provider_key(name) AS CASE
    WHEN name IS NULL THEN 'unknown'
    WHEN name ILIKE '%bedrock%' THEN 'aws-bedrock'
    WHEN name ILIKE 'aws%' OR name ILIKE 'amazon web services%' THEN 'aws'
    WHEN name ILIKE '%azure openai%' THEN 'azure-openai'
    WHEN name ILIKE 'microsoft%' OR name ILIKE 'azure%' THEN 'azure'
    WHEN name ILIKE 'google%' OR name ILIKE 'gcp%' OR name ILIKE 'vertex%' THEN 'google'
    WHEN name ILIKE 'openai%' THEN 'openai'
    WHEN name ILIKE 'anthropic%' THEN 'anthropic'
    -- Letters of any script: two companies with names in Kanji are two.
    ELSE coalesce(nullif(trim(regexp_replace(lower(name), '[^\p{L}\p{M}\p{N}]+', '-', 'g'), '-'), ''), 'unknown')
END;

-- The token kind that a meter's or usage type's name speaks of; NULL when it speaks of none.
-- ILIKE is ten times cheaper than a pattern, and most names speak of none.
CREATE OR REPLACE TEMP MACRO cache_kind_of(name) AS CASE
    WHEN regexp_matches(name, '(?i)cache.?(write|creation).*(1h|1.hour)') THEN 'cache_write_1h'
    WHEN regexp_matches(name, '(?i)cache.?(write|creation).*(5m|5.min)') THEN 'cache_write_5m'
    WHEN regexp_matches(name, '(?i)cache.?(write|creation)') THEN 'cache_write'
    WHEN regexp_matches(name, '(?i)cache.?read|cached') THEN 'cache_read'
END;
CREATE OR REPLACE TEMP MACRO token_kind_of(name) AS CASE
    WHEN name ILIKE '%cache%' AND cache_kind_of(name) IS NOT NULL THEN cache_kind_of(name)
    WHEN name ILIKE '%web%search%' AND regexp_matches(name, '(?i)web.?search') THEN 'web_search'
    WHEN name ILIKE '%output%' AND regexp_matches(name, '(?i)output.?token|_output_|output$') THEN 'output'
    WHEN name ILIKE '%input%' AND regexp_matches(name, '(?i)input.?token|_input_|input$') THEN 'input_uncached'
END;

-- Tokens in one unit of a bill, 1 to a million; NULL for units that are no tokens.
CREATE OR REPLACE TEMP MACRO tokens_per_unit(unit) AS CASE
    WHEN unit IS NULL OR unit NOT ILIKE '%token%' THEN NULL
    WHEN regexp_matches(unit, '(?i)^1 ?M\b|^1,?000,?000\b|million') THEN 1000000
    WHEN regexp_matches(unit, '(?i)^1 ?K\b|^1,?000\b|thousand') THEN 1000
    WHEN regexp_matches(unit, '(?i)^(1 )?tokens?$') THEN 1
END;

-- A list of "key:value" tags as the text of a JSON object; a tag without a value is true.
CREATE OR REPLACE TEMP MACRO tags_object(list_text) AS CASE
    WHEN list_text IS NULL OR NOT json_valid(list_text) OR json_type(list_text) <> 'ARRAY' THEN '{}'
    ELSE '{' || array_to_string(
        list_transform(
            from_json(list_text, '["VARCHAR"]'),
            LAMBDA tag: to_json(split_part(tag, ':', 1))::VARCHAR || ':'
                || CASE WHEN contains(tag, ':') THEN to_json(substr(tag, strpos(tag, ':') + 1))::VARCHAR ELSE 'true' END
        ), ','
    ) || '}'
END;

CREATE OR REPLACE TEMP MACRO object_or_empty(json_text) AS CASE
    WHEN json_text IS NULL OR NOT json_valid(json_text) OR json_type(json_text) <> 'OBJECT' THEN '{}'
    ELSE json_text
END;
