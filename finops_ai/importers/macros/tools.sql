-- What importers of tools and platforms share (GitHub, Cursor, OpenRouter, Databricks, Snowflake).

-- A JSON object without its empty members; NULL when none is left. Takes json_object(...).
CREATE OR REPLACE TEMP MACRO filled_object(object) AS nullif(
    CAST(json_merge_patch(CAST('{}' AS JSON), object) AS VARCHAR), '{}'
);

-- The start of the instant's day.
CREATE OR REPLACE TEMP MACRO day_start(i) AS CAST(date_trunc('day', i) AS TIMESTAMP);

-- GitHub meters AI by credits, until mid-2026 by premium requests: these lines stand in three reports.
CREATE OR REPLACE TEMP MACRO github_is_ai(sku, unit) AS lower(coalesce(unit, '')) IN ('ai-credits', 'requests')
OR regexp_matches(coalesce(sku, ''), '(?i)ai[ _]credit|premium[ _]request');

-- The account that deliveries of GitHub are compared within: seats and minutes apart from AI.
CREATE OR REPLACE TEMP MACRO github_account(organization, sku, unit) AS coalesce(
    organization, '(organization not stated)'
) || CASE WHEN github_is_ai(sku, unit) THEN '/ai-credits' ELSE '' END;

-- The model of an AI line. Where Copilot chose it, "Auto: " stands before; its own features are no models.
CREATE OR REPLACE TEMP MACRO github_model(model) AS CASE
    WHEN regexp_matches(model, '(?i)^(copilot|coding agent|code review|spark)') THEN NULL
    ELSE regexp_replace(model, '^Auto: ', '')
END;

-- Cursor prints an amount ("$0.42", "1,204.50", "0.12") or a word; the number as plain text, else the text.
CREATE OR REPLACE TEMP MACRO cursor_amount(cost) AS CASE
    WHEN regexp_full_match(cost, '-?\$?-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|-?\$-?[0-9]+(\.[0-9]+)?')
        THEN regexp_replace(regexp_replace(cost, '[$,]', '', 'g'), '^--', '-')
    ELSE cost
END;
-- Words for "nothing is charged" in the place of an amount, and kinds of events that are not charged.
CREATE OR REPLACE TEMP MACRO cursor_is_word(cost) AS lower(trim(cost)) IN ('included', '-', 'free', 'nan', 'no charge');
CREATE OR REPLACE TEMP MACRO cursor_is_free(kind) AS coalesce(
    regexp_matches(kind, '(?i)^(included|free)|no charge|not charged'), false
);
-- What is billed, as text: the cost to you where it is told, nothing for an event that the plan includes.
CREATE OR REPLACE TEMP MACRO cursor_billed(kind, cost, cost_to_you) AS CASE
    WHEN cost_to_you IS NOT NULL AND NOT cursor_is_word(cost_to_you) THEN cursor_amount(cost_to_you)
    WHEN cost_to_you IS NOT NULL OR cursor_is_free(kind) OR cursor_is_word(cost) THEN '0'
    ELSE cursor_amount(cost)
END;
-- What the event is worth, as text: NULL where only a word stands.
CREATE OR REPLACE TEMP MACRO cursor_worth(cost) AS CASE WHEN NOT cursor_is_word(cost) THEN cursor_amount(cost) END;

-- Metadata as JSON text: JSON itself, or what Python prints for a dict or Row; NULL for anything else.
-- Rows and pairs become a dict's text first: Row(a='x') and [('a', 'x')] -> {'a': 'x'}.
CREATE OR REPLACE TEMP MACRO dict_text(t) AS CASE
    WHEN t LIKE 'Row(%)' THEN '{' || regexp_replace(t[5:-2], '([A-Za-z_]\w*)=', '''\1'': ', 'g') || '}'
    WHEN t LIKE '[(''%'')]' THEN '{' || replace(regexp_replace(t[3:-3], ''',\s*''', ''': ''', 'g'), '), (', ', ') || '}'
    ELSE t
END;
CREATE OR REPLACE TEMP MACRO as_json_of_dict(t) AS regexp_replace(
    regexp_replace(
        regexp_replace(
            regexp_replace(replace(dict_text(t), '''', '"'), '\bNone\b', 'null', 'g'), '\bTrue\b', 'true', 'g'
        ), '\bFalse\b', 'false', 'g'
    ), ',\s*\}', '}', 'g'
);
CREATE OR REPLACE TEMP MACRO metadata_json(t) AS CASE
    WHEN json_valid(t) THEN CASE WHEN TRY(json_type(t)) = 'OBJECT' THEN t END
    WHEN json_valid(as_json_of_dict(t)) THEN as_json_of_dict(t)
END;

-- Money of a Databricks usage record, as text: a cost where the query gave one, else quantity times
-- price, else the units themselves (then the currency is the unit: DBU).
CREATE OR REPLACE TEMP MACRO databricks_price(price, pricing) AS coalesce(
    price,
    json_extract_string(metadata_json(pricing), '$.effective_list.default'),
    json_extract_string(metadata_json(pricing), '$.default')
);
-- Text that is no number is given back as it is, and refused where it is typed.
CREATE OR REPLACE TEMP MACRO is_plain(t) AS regexp_full_match(t, '-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?');
CREATE OR REPLACE TEMP MACRO times_price(quantity, price) AS CASE
    WHEN NOT is_plain(quantity) THEN quantity
    WHEN NOT is_plain(price) THEN price
    ELSE coalesce(
        CAST(
            CAST(
                round_even(TRY(TRY_CAST(quantity AS DECIMAL(28, 18)) * TRY_CAST(price AS DECIMAL(18, 12))), 15)
                AS DECIMAL(38, 15)
            ) AS VARCHAR
        ), quantity || ' x ' || price
    )
END;
CREATE OR REPLACE TEMP MACRO databricks_billed(quantity, cost, price, pricing) AS CASE
    WHEN cost IS NOT NULL THEN cost
    WHEN databricks_price(price, pricing) IS NOT NULL THEN times_price(quantity, databricks_price(price, pricing))
    ELSE quantity
END;

-- Snowflake writes the zone apart ("2026-09-01 10:00:00.000 -0700").
CREATE OR REPLACE TEMP MACRO snowflake_zoned(t) AS regexp_replace(t, ' ([+-]\d\d):?(\d\d)$', '\1:\2');
CREATE OR REPLACE TEMP MACRO snowflake_utc(t) AS as_utc(snowflake_zoned(t));
-- True for lines of the first Cortex view (which has an end and no query) from when the next one began.
CREATE OR REPLACE TEMP MACRO snowflake_is_frozen(starts, ends, query) AS coalesce(
    ends IS NOT NULL AND query IS NULL
    AND TRY_CAST(snowflake_zoned(starts) AS TIMESTAMPTZ) >= TIMESTAMPTZ '2025-11-17 00:00:00+00', false
);
-- Metrics of one kind of unit, added up; where a total stands beside its parts, the total alone.
CREATE OR REPLACE TEMP MACRO snowflake_metrics(metrics) AS from_json(
    as_json(metrics), '[{"key": {"metric": "VARCHAR", "unit": "VARCHAR"}, "value": "VARCHAR"}]'
);
CREATE OR REPLACE TEMP MACRO snowflake_quantity(list) AS CASE
    WHEN len(list_filter(list, LAMBDA m: m.key.metric = 'total')) > 0
        THEN as_quantity(list_filter(list, LAMBDA m: m.key.metric = 'total')[1]."value")
    WHEN len(list) > 0 THEN list_sum(list_transform(list, LAMBDA m: CAST(m."value" AS DECIMAL(38, 15))))
END;
-- The unit as consumed quantities name it: "tokens" are Tokens.
CREATE OR REPLACE TEMP MACRO snowflake_unit(unit) AS CASE WHEN lower(unit) = 'tokens' THEN 'Tokens' ELSE unit END;
