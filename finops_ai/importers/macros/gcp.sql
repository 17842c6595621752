-- Google Cloud billing exports: parts of nested columns, credits, labels, invoice months and the names of SKUs.
--
-- Patterns and not IN: from five words on, DuckDB makes a join of IN, and the rows lose the file's order.

CREATE OR REPLACE TEMP MACRO gcp_is_nothing(t) AS t IS NULL OR regexp_full_match(t, '\s*(\[\]|\{\}|null|None)?\s*');

-- A nested export prints `sku` as an object, where a flat one prints `sku.description` as text.
CREATE OR REPLACE TEMP MACRO gcp_inner(t, member) AS CASE
    WHEN starts_with(t, '{') AND json_valid(t) THEN json_extract_string(t, '$.' || member)
END;
CREATE OR REPLACE TEMP MACRO gcp_part(t, member) AS CASE
    WHEN starts_with(t, '{') AND json_valid(t) THEN json_extract_string(t, '$.' || member) ELSE t
END;

-- Python's way to write a list of records ([{'key': 'team', 'value': None}]) as JSON; arrays lack their commas.
CREATE OR REPLACE TEMP MACRO gcp_from_python(t) AS regexp_replace(
    regexp_replace(
        replace(replace(regexp_replace(replace(t, '''', '"'), ':\s*None\b', ': null', 'g'), ': True', ': true'),
            ': False', ': false'),
        'Decimal\("([^"]*)"\)', '\1', 'g'
    ), '\}\s+\{', '}, {', 'g'
);

-- Labels and tags as valid JSON; NULL when there are none.
CREATE OR REPLACE TEMP MACRO gcp_label_json(t) AS CASE
    WHEN t IS NULL OR gcp_is_nothing(t) THEN NULL
    WHEN json_valid(t) THEN t
    WHEN json_valid(gcp_from_python(t)) THEN gcp_from_python(t)
    ELSE bad_json(t)
END;

-- The same as one JSON object: of a list of {key, value}, of Parquet's {list: [{element}]}, of an object.
CREATE OR REPLACE TEMP MACRO gcp_label_object(j) AS CASE
    WHEN j IS NULL THEN '{}'
    WHEN starts_with(trim(j), '[') THEN gcp_pairs_object(
        CAST(json_extract_string(j, '$[*].key') AS VARCHAR[]), CAST(json_extract_string(j, '$[*].value') AS VARCHAR[])
    )
    WHEN json_type(j, '$.list') = 'ARRAY' THEN gcp_pairs_object(
        CAST(json_extract_string(j, '$.list[*].element.key') AS VARCHAR[]),
        CAST(json_extract_string(j, '$.list[*].element.value') AS VARCHAR[])
    )
    ELSE j
END;
CREATE OR REPLACE TEMP MACRO gcp_pairs_object(keys, texts) AS '{' || coalesce(array_to_string(
    list_transform(
        list_zip(keys, texts),
        LAMBDA pair: to_json(pair[1])::VARCHAR || ':' || coalesce(to_json(pair[2])::VARCHAR, '""')
    ), ','
), '') || '}';

-- The amounts of a line's credits, as texts; NULL when the column cannot be read. In Python's writing a name may hold
-- any quote, so there the amounts are looked for alone, and every one of them must be found.
CREATE OR REPLACE TEMP MACRO gcp_credit_amounts(t) AS CASE
    WHEN t IS NULL OR gcp_is_nothing(t) THEN []::VARCHAR[]
    WHEN json_valid(t) THEN list_filter(
        list_concat(
            CAST(json_extract_string(t, '$[*].amount') AS VARCHAR[]),
            CAST(json_extract_string(t, '$.list[*].element.amount') AS VARCHAR[]),
            [json_extract_string(t, '$.amount')]
        ), LAMBDA amount: amount IS NOT NULL
    )
    WHEN regexp_full_match(trim(t), '\[\s*\{[\s\S]*\}\s*\]')
        AND len(gcp_python_amounts(t)) = len(regexp_extract_all(t, '[''"]amount[''"]\s*:'))
        THEN list_filter(gcp_python_amounts(t), LAMBDA amount: amount <> 'None')
END;
CREATE OR REPLACE TEMP MACRO gcp_python_amounts(t) AS regexp_extract_all(
    t, '[''"]amount[''"]\s*:\s*(?:Decimal\()?[''"]?([-+0-9.eE]+|None)', 1
);

-- A line's cost with its credits (which are negative), as text; the cost itself where nothing can be added.
CREATE OR REPLACE TEMP MACRO gcp_net_of(cost, amounts) AS coalesce(
    CASE WHEN list_bool_and([TRY_CAST(amount AS DECIMAL(38, 20)) IS NOT NULL FOR amount IN amounts])
        THEN CAST(TRY(
            TRY_CAST(cost AS DECIMAL(38, 20)) + list_sum([TRY_CAST(amount AS DECIMAL(38, 20)) FOR amount IN amounts])
        ) AS VARCHAR)
    END,
    CAST(TRY(  -- amounts that are too large for twenty decimals
        TRY_CAST(cost AS DECIMAL(38, 15)) + list_sum([TRY_CAST(amount AS DECIMAL(38, 15)) FOR amount IN amounts])
    ) AS VARCHAR),
    cost
);
CREATE OR REPLACE TEMP MACRO gcp_net(cost, credits) AS gcp_net_of(cost, gcp_credit_amounts(credits));

-- Credits in columns of their own (the daily file) as the list that gcp_net reads.
CREATE OR REPLACE TEMP MACRO gcp_credit_list(a, b, c) AS CAST(to_json(
    list_transform(list_filter([a, b, c], LAMBDA amount: amount IS NOT NULL), LAMBDA amount: {'amount': amount})
) AS VARCHAR);

-- "202609", "2026-09" and "202609.0" as the first instant of the month.
CREATE OR REPLACE TEMP MACRO gcp_month(t) AS CASE
    WHEN t IS NULL THEN NULL
    WHEN regexp_full_match(t, '[0-9]{4}-?[0-9]{2}(\.0)?')
        THEN coalesce(try_strptime(left(replace(t, '-', ''), 6) || '01', '%Y%m%d'), bad_instant(t))
    ELSE bad_instant(t)
END;

CREATE OR REPLACE TEMP MACRO gcp_charge_category(cost_type) AS CASE
    lower(replace(coalesce(cost_type, 'regular'), ' ', '_'))
    WHEN 'tax' THEN 'Tax'
    WHEN 'adjustment' THEN 'Adjustment'
    WHEN 'rounding_error' THEN 'Adjustment'
    ELSE 'Usage'
END;

-- Does the line pay for a model: Vertex AI, the Gemini API, or a partner's model sold under its own name?
CREATE OR REPLACE TEMP MACRO gcp_is_model(service, sku) AS coalesce(
    regexp_matches(service, '(?i)vertex ai|gemini|generative language|agent platform|claude|anthropic')
    OR regexp_matches(sku, '(?i)\b(gemini|claude)\b'), false
);

-- Input or output: said before "token count" by the Gemini API, else anywhere.
CREATE OR REPLACE TEMP MACRO gcp_direction(sku) AS lower(coalesce(
    nullif(regexp_extract(sku, '(?i)\b(input|output) tokens? count', 1), ''),
    nullif(regexp_extract(sku, '(?i)\b(input|output)\b', 1), '')
));

-- The kind of tokens that a SKU counts; NULL for storage, throughput, tuning, images, and what is not known.
CREATE OR REPLACE TEMP MACRO gcp_token_kind(sku) AS CASE
    WHEN regexp_matches(sku, '(?i)storage|provisioned|throughput|tuning|training|token hours|character') THEN NULL
    WHEN regexp_matches(sku, '(?i)grounding with google search') THEN 'web_search'
    WHEN regexp_matches(sku, '(?i)cach(e|ed|ing)\b') AND regexp_matches(sku, '(?i)write|creation') THEN coalesce(
        'cache_write_' || nullif(lower(regexp_extract(sku, '(?i)\b(5m|1h)', 1)), ''),
        CASE WHEN regexp_matches(sku, '(?i)\b(1|one)[ -]hour') THEN 'cache_write_1h' END,
        CASE WHEN regexp_matches(sku, '(?i)\b(5|five)[ -]min') THEN 'cache_write_5m' END, 'cache_write'
    )
    WHEN regexp_matches(sku, '(?i)cach(e|ed|ing)\b') THEN 'cache_read'
    WHEN gcp_direction(sku) = 'output' THEN
        CASE WHEN regexp_matches(sku, '(?i)\baudio\b') THEN 'output_audio' ELSE 'output' END
    WHEN gcp_direction(sku) = 'input' THEN
        CASE WHEN regexp_matches(sku, '(?i)\baudio\b') THEN 'input_audio' ELSE 'input_uncached' END
END;

CREATE OR REPLACE TEMP MACRO gcp_tier(sku) AS CASE
    WHEN regexp_matches(sku, '(?i)\bbatch') THEN 'batch'
    WHEN regexp_matches(sku, '(?i)\bpriority\b') THEN 'priority'
    WHEN regexp_matches(sku, '(?i)\bflex\b') THEN 'flex'
    ELSE 'standard'
END;

-- The model as logs call it: "Gemini 2.5 Flash Lite Text Input - Predictions" -> gemini-2.5-flash-lite,
-- "Claude Haiku 4.5 Input Tokens" -> claude-haiku-4-5. "Flash Lite" holds "Flash": the longer name is taken.
CREATE OR REPLACE TEMP MACRO gcp_gemini(sku) AS regexp_replace(replace(lower(regexp_extract(
    sku, '(?i)gemini[ -](embedding[ -][0-9.]+|[0-9]+(\.[0-9]+)?[ -]?(flash[ -]lite|flash|pro|ultra|nano)?)'
)), ' ', '-'), '-([3-9])\.0-', '-\1-');
CREATE OR REPLACE TEMP MACRO gcp_model(sku) AS CASE
    WHEN gcp_gemini(sku) <> '' THEN trim(gcp_gemini(sku), '-')
    ELSE nullif(regexp_replace(trim(replace(replace(
        regexp_replace(
            regexp_replace(lower(sku), '^.*model as a service\s+|^anthropic( |''s )+', ''),
            '[ -]+(input|output|cach(e|ed|ing)|batch|text|audio|image|global|regional|priority|flex|long context'
            || '|(one|five|[0-9]+)[ -](hour|minute))\b.*$|\s*[(:,].*$', ''
        ), ' ', '-'), '--', '-'), '-'), '^(claude.*?[0-9])\.([0-9])', '\1-\2'), '')
END;

-- The counted tokens: Google calls the unit "count" or "requests". Gemini 1 on Vertex counted characters.
CREATE OR REPLACE TEMP MACRO gcp_counts_tokens(service, sku, unit) AS coalesce(
    regexp_full_match(coalesce(unit, 'count'), '(?i)tokens?|counts?|requests')
    AND NOT (service ILIKE '%vertex%' AND regexp_matches(sku, '(?i)gemini 1\b|gemini 1\.|bison|gecko')), false
);
