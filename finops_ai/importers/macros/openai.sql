-- A line item is "[priority | ]gpt-5[ audio], cached input[, long context]", or what is no model's:
-- "web search tool calls | gpt-4o", "assistants api | file search", "code interpreter sessions".

-- What stands behind the last bar.
CREATE OR REPLACE TEMP MACRO openai_item(line_item) AS trim(regexp_extract(line_item, '([^|]*)$', 1));

-- The model's name has no blank in it; alone, it has a digit and a hyphen.
CREATE OR REPLACE TEMP MACRO openai_model(line_item) AS CASE
    WHEN regexp_matches(openai_item(line_item), '^\S+( (text|audio|image|video))?,')
        THEN regexp_extract(openai_item(line_item), '^([^\s,]+)', 1)
    WHEN regexp_full_match(openai_item(line_item), '[A-Za-z][^\s,]*-[^\s,]*')
        AND regexp_matches(openai_item(line_item), '[0-9]')
        THEN openai_item(line_item)
END;

-- The words that say the kind: all behind the model.
CREATE OR REPLACE TEMP MACRO openai_kind_words(line_item) AS
    replace(lower(regexp_extract(openai_item(line_item), '^[^\s,]+[\s,]+(.*)$', 1)), '_', ' ');

-- Image and video tokens have no kind of their own here: none is better than a wrong one.
CREATE OR REPLACE TEMP MACRO openai_token_kind(line_item) AS CASE
    WHEN line_item ILIKE '%web search%call%' THEN 'web_search'
    WHEN openai_model(line_item) IS NULL THEN NULL
    WHEN regexp_matches(openai_kind_words(line_item), '\b(image|video)\b') THEN NULL
    WHEN regexp_matches(openai_kind_words(line_item), '\bcache writes?\b') THEN 'cache_write'
    WHEN regexp_matches(openai_kind_words(line_item), '\bcached\b.*\binput\b') THEN 'cache_read'
    WHEN regexp_matches(openai_kind_words(line_item), '\binput\b')
        THEN CASE WHEN contains(openai_kind_words(line_item), 'audio') THEN 'input_audio' ELSE 'input_uncached' END
    WHEN regexp_matches(openai_kind_words(line_item), '\boutput\b')
        THEN CASE WHEN contains(openai_kind_words(line_item), 'audio') THEN 'output_audio' ELSE 'output' END
END;

CREATE OR REPLACE TEMP MACRO openai_line_tier(line_item) AS coalesce(
    nullif(regexp_extract(lower(line_item), '(?:^|[| ,(])(batch|flex|priority|scale)(?:$|[| ,)])', 1), ''), 'standard'
);

CREATE OR REPLACE TEMP MACRO openai_category(line_item) AS CASE
    WHEN openai_model(line_item) IS NOT NULL THEN 'Usage'
    WHEN regexp_matches(line_item, '(?i)\b(tax|vat|gst)\b') THEN 'Tax'
    WHEN regexp_matches(line_item, '(?i)\bcredits?\b') THEN 'Credit'
    ELSE 'Usage'
END;

CREATE OR REPLACE TEMP MACRO openai_quantity(quantity, unit) AS CASE lower(unit)
    WHEN '1000_tokens' THEN CAST(as_quantity(quantity) * 1000 AS DECIMAL(38, 15))
    WHEN '1000000_tokens' THEN CAST(as_quantity(quantity) * 1000000 AS DECIMAL(38, 15))
    ELSE as_quantity(quantity)
END;

CREATE OR REPLACE TEMP MACRO openai_unit(unit) AS CASE
    WHEN lower(unit) IN ('tokens', '1000_tokens', '1000000_tokens') THEN 'Tokens'
    ELSE unit
END;

-- Usage. `batch` outweighs the tier's name.
CREATE OR REPLACE TEMP MACRO openai_tier(batch, tier) AS CASE
    WHEN lower(batch) = 'true' THEN 'batch'
    WHEN lower(coalesce(tier, 'default')) IN ('default', 'standard', 'auto') THEN 'standard'
    ELSE lower(tier)
END;

-- "organization.usage.completions.result" is completions.
CREATE OR REPLACE TEMP MACRO openai_usage_kind(object) AS coalesce(
    nullif(regexp_extract(object, '^organization\.usage\.(\w+)\.result$', 1), ''), object, 'unknown'
);

-- A count that a report leaves out where there is none.
CREATE OR REPLACE TEMP MACRO count_or_0(t) AS CASE WHEN t IS NULL THEN 0 ELSE as_count(t) END;

-- Input that was neither cached nor written to the cache; reports before 2026 do not print it.
CREATE OR REPLACE TEMP MACRO openai_uncached(uncached, input, cached_and_written) AS CASE
    WHEN uncached IS NOT NULL THEN as_count(uncached)
    ELSE greatest(count_or_0(input) - cached_and_written, 0)
END;

-- `buckets` is what the row's disjoint counts add up to, `total` what the source says, NULL when it does not.
CREATE OR REPLACE TEMP MACRO openai_usage_quality(kind, total, buckets, written_12h) AS CASE
    WHEN total IS NULL AND kind <> 'web_searches' THEN 'no token counts'
    WHEN buckets <> total THEN 'tokens do not add up to the source''s total'
    WHEN written_12h > 0 THEN 'cache write lifetime is not kept'
END;
