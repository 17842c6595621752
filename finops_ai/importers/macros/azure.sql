-- Azure Cost Management: dates, tags, units and the meter names of models.

-- Days as Azure prints them; some exports add a midnight to the American form.
CREATE OR REPLACE TEMP MACRO azure_utc(t) AS CASE
    WHEN regexp_full_match(t, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} (0?0:00(:00)?|12:00:00 AM)')
        THEN as_utc(split_part(t, ' ', 1))
    ELSE as_utc(t)
END;

-- Tags: a JSON object, with its braces or without them.
CREATE OR REPLACE TEMP MACRO azure_tags(t) AS CASE
    WHEN t IS NULL OR regexp_full_match(t, '\s*(""|\{\s*\}|null)?\s*') THEN NULL
    WHEN starts_with(trim(t), '{') THEN as_json(t)
    WHEN json_valid('{' || t || '}') THEN '{' || t || '}'
    ELSE bad_json(t)
END;

-- How many single units one unit of measure holds: "10K" 10000, "1M" 1000000, "100 Hours" 100, "1 MB" 1.
-- A letter belongs to the number only where no space stands between and no letter follows.
CREATE OR REPLACE TEMP MACRO azure_block_size(unit) AS CASE
    WHEN regexp_matches(unit, '^\s*[0-9]{1,12}([^0-9A-Za-z,.]|$)')
        THEN CAST(regexp_extract(unit, '[0-9]+') AS BIGINT)
    WHEN regexp_matches(unit, '^\s*[0-9]{1,6}K([^0-9A-Za-z]|$)')
        THEN CAST(regexp_extract(unit, '[0-9]+') AS BIGINT) * 1000
    WHEN regexp_matches(unit, '^\s*[0-9]{1,6}M([^0-9A-Za-z]|$)')
        THEN CAST(regexp_extract(unit, '[0-9]+') AS BIGINT) * 1000000
    WHEN regexp_matches(unit, '^\s*[0-9]{1,6}B([^0-9A-Za-z]|$)')
        THEN CAST(regexp_extract(unit, '[0-9]+') AS BIGINT) * 1000000000
    WHEN unit IS NOT NULL THEN 1
END;

-- Tokens in one unit of a token meter. The unit of measure says it; where an export has none, the meter's name may.
CREATE OR REPLACE TEMP MACRO azure_tokens_per_unit(unit, meter) AS CASE
    WHEN unit ILIKE '%million%' THEN azure_block_size(unit) * 1000000
    WHEN unit ILIKE '%thousand%' THEN azure_block_size(unit) * 1000
    WHEN regexp_matches(unit, '(?i)^\s*1,?000,?000\b') THEN 1000000
    WHEN regexp_matches(unit, '(?i)^\s*1,000\b') THEN 1000
    WHEN unit IS NOT NULL THEN azure_block_size(upper(unit))
    WHEN regexp_matches(meter, '(?i)\b1M tokens?$') THEN 1000000
    WHEN regexp_matches(meter, '(?i)\b1K tokens?$') THEN 1000
END;

-- A unit of measure that is one unit or a K, M, B block: only then a unit price times the quantity is a cost.
-- "100 Hours" stands beside quantities in hours as well as in blocks of 100.
CREATE OR REPLACE TEMP MACRO azure_is_plain_block(unit) AS coalesce(
    regexp_matches(unit, '^\s*(1|[0-9]+[KMB])([^0-9A-Za-z]|$)'), false
);

-- A price times a quantity; NULL where it is too large for 15 decimals to be kept.
CREATE OR REPLACE TEMP MACRO azure_amount(price, quantity) AS coalesce(
    TRY(CAST(round_even(CAST(price AS DECIMAL(19, 15)) * CAST(quantity AS DECIMAL(19, 15)), 15) AS DECIMAL(38, 15))),
    TRY(CAST(round_even(CAST(price AS DECIMAL(16, 12)) * CAST(quantity AS DECIMAL(22, 8)), 15) AS DECIMAL(38, 15)))
);

-- A meter's name as words: "gpt-4o-0806-Batch-Inp-glbl Tokens" -> "gpt 4o 0806 batch inp glbl tokens".
CREATE OR REPLACE TEMP MACRO azure_meter_words(meter) AS trim(regexp_replace(regexp_replace(
    regexp_replace(lower(meter), '[\s_/-]+', ' ', 'g'), '\bbatch(inp|out)', 'batch \1', 'g'
), '\bdata ?zone\b', 'dzone', 'g'));

-- Does the line pay for OpenAI's models? Newer meters leave "gpt" out: "5.4 mini Opt Gl 1M Tokens".
CREATE OR REPLACE TEMP MACRO azure_is_openai(family, words) AS family ILIKE '%openai%'
OR (
    regexp_matches(words, '\btokens?$')
    AND NOT regexp_matches(family, '(?i)azure \w+ models')
    AND regexp_matches(
        words, '^(az(ure)? ?openai |gpt|chatgpt|o[1-9]\b|codex\b|text embedding|embedding ada|[5-9](\.[0-9])? )'
    )
);

-- The kind of tokens that a meter counts; NULL for hosting, training, images and what is not known.
CREATE OR REPLACE TEMP MACRO azure_direction(words) AS CASE
    WHEN regexp_matches(words, '\b(outp|outpt|output|out|opt|completion)\b') THEN 'output'
    WHEN regexp_matches(words, '\b(inp|inpt|input|in|prompt)\b') THEN 'input'
END;
CREATE OR REPLACE TEMP MACRO azure_token_kind(words) AS CASE
    WHEN NOT regexp_matches(words, '\btokens?$') OR regexp_matches(words, '\b(trng|training|hstng|hosting)\b') THEN NULL
    WHEN regexp_matches(words, '\b(cached|cache|cach|c?cchd|cd|ch)\b') THEN
        CASE
            WHEN regexp_matches(words, '\b(wr|write|writes|creation)\b') THEN coalesce(
                'cache_write_' || nullif(regexp_extract(words, '\b(1h|5m)\b'), ''), 'cache_write'
            )
            WHEN azure_direction(words) IS DISTINCT FROM 'output' THEN 'cache_read'
        END
    WHEN regexp_matches(words, 'aud(io)?([0-9]+)?\b') AND NOT regexp_matches(words, '\bte?xt\b') THEN
        CASE azure_direction(words) WHEN 'output' THEN 'output_audio' WHEN 'input' THEN 'input_audio' END
    WHEN azure_direction(words) = 'output' THEN 'output'
    WHEN azure_direction(words) = 'input' OR regexp_matches(words, '\bembedding\b') THEN 'input_uncached'
END;

CREATE OR REPLACE TEMP MACRO azure_scope(words) AS CASE
    WHEN regexp_matches(words, '\b(glbl|global|gl)\b') THEN 'global'
    WHEN regexp_matches(words, '\b(dzone|dzn|dz)\b') THEN 'data_zone'
    WHEN regexp_matches(words, '\b(regnl|rgnl|regional|rg)\b') THEN 'regional'
END;

CREATE OR REPLACE TEMP MACRO azure_tier(words) AS CASE
    WHEN regexp_matches(words, '\bbatch\b') THEN 'batch'
    WHEN regexp_matches(words, '\b(pp|priority)\b') THEN 'priority'
    WHEN regexp_matches(words, '\bflex\b') THEN 'flex'
    ELSE 'standard'
END;

-- A realtime or audio model meters text and audio apart: what is left names the model alone.
CREATE OR REPLACE TEMP MACRO azure_without_modality(words) AS regexp_replace(
    regexp_replace(
        regexp_replace(words, '\b(rt|realtime)( ?prvw)?( (aud|audio|txt|text))?([0-9]{4})?\b', 'realtime \5'),
        '\baud(io)?([0-9]{4})?\b', 'audio \2'
    ), '(\w) +te?xt\b', '\1'
);

-- The words before those that say what is counted, where and how.
CREATE OR REPLACE TEMP MACRO azure_before_direction(words) AS regexp_replace(
    words,
    ' (inp|inpt|input|in|outp|outpt|output|out|opt|completion|prompt|cached|cache|cach|c?cchd|cd|ch|wr|write|batch'
    || '|glbl|global|gl|dzone|dzn|dz|regnl|rgnl|regional|rg|pp|priority|flex|shortco|longco|img|ft|1m|1k|tokens?)\b.*$',
    ''
);

-- The model's own words: "az gpt4o mini0718" -> "gpt 4o mini 0718".
CREATE OR REPLACE TEMP MACRO azure_model_words(words) AS trim(regexp_replace(
    regexp_replace(
        regexp_replace(
            regexp_replace(
                azure_before_direction(azure_without_modality(words)), '^az(ure)? ?(openai )?', ''
            ), '^gpt ?([0-9.]+o?)(mini)?', 'gpt \1 \2'
        ), 'mini([0-9])', 'mini \1'
    ), ' +', ' ', 'g'
));

-- Meters print a version as MMDD; these are the years of those that OpenAI released.
CREATE OR REPLACE TEMP MACRO azure_version(model) AS CASE
    WHEN regexp_matches(model, '^gpt-4o.*-(0513|0718|0806|1120|1217)$|^o1-1217$')
        THEN regexp_replace(model, '-([0-9]{2})([0-9]{2})$', '-2024-\1-\2')
    WHEN regexp_matches(model, '^(gpt-4o.*-0603|gpt-4.5-0227|o3-mini-0131|o[34](-mini)?-0416|o3-deep-research-0626)$')
        THEN regexp_replace(model, '-([0-9]{2})([0-9]{2})$', '-2025-\1-\2')
    ELSE model
END;

-- The maker of a product's models: "Azure Grok Models" -> grok.
CREATE OR REPLACE TEMP MACRO azure_maker(family) AS lower(regexp_extract(family, '(?i)azure (\w+) models', 1));

-- The model as logs call it: "gpt 4o 1120 Inp glbl Tokens" -> gpt-4o-2024-11-20, "5.4 mini Opt Gl 1M Tokens" ->
-- gpt-5.4-mini, and of the family "Azure Grok Models" "4.1 Inp DZone Tokens" -> grok-4.1.
CREATE OR REPLACE TEMP MACRO azure_model(family, words) AS CASE
    WHEN azure_is_openai(family, words) THEN azure_version(
        replace(regexp_replace(azure_model_words(words), '^([0-9])', 'gpt \1'), ' ', '-')
    )
    WHEN azure_maker(family) <> '' AND NOT contains(words, azure_maker(family))
        THEN azure_maker(family) || '-' || replace(azure_model_words(words), ' ', '-')
    ELSE replace(azure_model_words(words), ' ', '-')
END || CASE WHEN regexp_matches(words, '\bft\b') THEN '-ft' ELSE '' END;

-- ChargeType in FOCUS's words; an unknown one is usage, as the bill adds it up.
CREATE OR REPLACE TEMP MACRO azure_charge_category(charge_type) AS CASE
    lower(replace(coalesce(charge_type, 'usage'), ' ', ''))
    WHEN 'purchase' THEN 'Purchase'
    WHEN 'tax' THEN 'Tax'
    WHEN 'credit' THEN 'Credit'
    WHEN 'refund' THEN 'Adjustment'
    WHEN 'adjustment' THEN 'Adjustment'
    WHEN 'roundingadjustment' THEN 'Adjustment'
    ELSE 'Usage'
END;

-- Commitments: which usage they pay for, and what of them is left unused.
CREATE OR REPLACE TEMP MACRO azure_commitment(charge_type, pricing_model) AS CASE
    WHEN lower(replace(charge_type, ' ', '')) = 'unusedreservation' THEN 'Reservation'
    WHEN lower(replace(charge_type, ' ', '')) = 'unusedsavingsplan' THEN 'Savings Plan'
    WHEN lower(replace(pricing_model, ' ', '')) = 'reservation' THEN 'Reservation'
    WHEN lower(replace(pricing_model, ' ', '')) = 'savingsplan' THEN 'Savings Plan'
END;

-- A line that only an amortized cost file has: unused commitments, or covered usage that costs something.
CREATE OR REPLACE TEMP MACRO azure_is_amortized_line(charge_type, pricing_model, cost) AS coalesce(
    lower(replace(charge_type, ' ', '')) IN ('unusedreservation', 'unusedsavingsplan')
    OR (
        azure_charge_category(charge_type) = 'Usage'
        AND azure_commitment(NULL, pricing_model) IS NOT NULL
        AND TRY_CAST(cost AS DECIMAL(38, 15)) <> 0
    ), false
);

-- The end of a billing period, which Azure prints inclusively (09/30/2023).
CREATE OR REPLACE TEMP MACRO azure_period_end(first_utc, last_utc) AS CASE
    WHEN last_utc > first_utc AND day(last_utc) = day(first_utc) THEN last_utc
    WHEN last_utc >= first_utc THEN CAST(last_utc + INTERVAL 1 DAY AS TIMESTAMP)
    ELSE CAST(month_start(first_utc) + INTERVAL 1 MONTH AS TIMESTAMP)
END;
