-- What FOCUS files of several providers print beside plain numbers and JSON objects.

-- Money set out for people ("$10,000.00 ") as plain digits, any other text as it is. Only what can mean one
-- thing is rewritten: a dollar sign, or commas by three with a decimal point (or with a second comma).
-- "1,204" could be European for 1.204, so it stays and is rejected.
CREATE OR REPLACE TEMP MACRO focus_digits(t) AS CASE
    WHEN NOT (contains(t, '$') OR contains(t, ',')) THEN t
    WHEN regexp_full_match(
        t, ' *(-?\$ ?|\$ ?-|-)?([0-9]{1,3}((,[0-9]{3}){2,6}|,[0-9]{3}\.[0-9]{2,15}|(,[0-9]{3}){2,6}\.[0-9]{2,15})) *'
        || '| *(-?\$ ?|\$ ?-)[0-9]{1,18}(\.[0-9]{1,15})? *'
    ) THEN translate(t, '$, ', '')
    WHEN regexp_full_match(t, ' *(\$ ?)?\((\$ ?)?[0-9]{1,3}(,[0-9]{3}){0,6}\.[0-9]{2,15} ?\) *') AND contains(t, '$')
        THEN '-' || translate(t, '$, ()', '')
    ELSE t
END;

-- as_money, which also reads money set out for people. Plain numbers take the first branch, at as_money's cost.
CREATE OR REPLACE TEMP MACRO as_money_shown(t) AS CASE
    WHEN t IS NULL THEN NULL
    WHEN regexp_full_match(t, '-?[0-9]{1,22}(\.[0-9]{1,15})?') THEN CAST(t AS DECIMAL(38, 15))
    WHEN contains(t, '$') OR contains(t, ',')
        THEN coalesce(TRY_CAST(focus_digits(t) AS DECIMAL(38, 15)), bad_number(t))
    ELSE as_money(t)
END;

-- The same, where most lines repeat the text `other`, which is typed as `typed`.
CREATE OR REPLACE TEMP MACRO focus_money_like(t, other, typed) AS
CASE WHEN t = other THEN typed ELSE as_money_shown(t) END;

-- ListCost and ContractedCost: Microsoft prints 0 where it does not know the price. Unknown is not zero.
CREATE OR REPLACE TEMP MACRO focus_cost(cost, unit_price, billed, provider) AS CASE
    WHEN cost = 0 AND billed <> 0 AND coalesce(unit_price, 0) = 0 AND provider ILIKE 'microsoft%' THEN NULL
    ELSE cost
END;

-- Tags as a JSON object: Google prints a list of keys and values, some Azure tools leave the braces off.
CREATE OR REPLACE TEMP MACRO focus_tags(t) AS CASE
    WHEN starts_with(t, '{') THEN as_json(t)
    WHEN starts_with(t, '[') AND json_valid(t) THEN '{' || array_to_string(
        list_transform(
            from_json(t, '[{"key":"VARCHAR","value":"VARCHAR"}]'),
            LAMBDA tag: CAST(to_json(tag.key) AS VARCHAR) || ':'
                || CAST(to_json(coalesce(tag.value, 'true')) AS VARCHAR)
        ), ','
    ) || '}'
    WHEN starts_with(t, '"') AND json_valid('{' || t || '}') THEN '{' || t || '}'
    ELSE as_json(t)
END;

-- The model that SkuPriceDetails states.
CREATE OR REPLACE TEMP MACRO focus_model(details) AS coalesce(
    details ->> '$.ModelId', details ->> '$.ModelName', details ->> '$.x_ModelId', details ->> '$.x_ModelName'
);

-- The token kind that SkuPriceDetails states (TokenDirection, TokenCacheAction), else what the names speak of.
CREATE OR REPLACE TEMP MACRO focus_token_kind(details, meter, description) AS CASE
    WHEN details ->> '$.TokenCacheAction' = 'Read' THEN 'cache_read'
    WHEN details ->> '$.TokenCacheAction' = 'Write' AND cache_kind_of(coalesce(meter, description)) IS NULL
        THEN 'cache_write'
    WHEN token_kind_of(meter) IS NOT NULL THEN token_kind_of(meter)
    WHEN coalesce(details ->> '$.TokenDirection', details ->> '$.TokenType') = 'Output' THEN 'output'
    WHEN coalesce(details ->> '$.TokenDirection', details ->> '$.TokenType') = 'Input' THEN 'input_uncached'
    ELSE token_kind_of(description)
END;

-- How many units make up a line of an Azure meter that is sold in blocks ("1K", "1M"). Exports differ in which
-- quantity counts blocks, so that one is taken whose product with the price comes near the cost; else NULL.
-- DOUBLE: this only tells a factor of a thousand from one, no money comes of it.
CREATE OR REPLACE TEMP MACRO focus_near(quantity, price, cost) AS
abs(CAST(quantity AS DOUBLE) * CAST(price AS DOUBLE)) BETWEEN abs(CAST(cost AS DOUBLE)) * 0.2
AND abs(CAST(cost AS DOUBLE)) * 5;
CREATE OR REPLACE TEMP MACRO focus_block_units(consumed, priced, block, price, cost) AS CASE
    WHEN block = 1 THEN consumed
    WHEN cost = 0 OR price = 0 THEN NULL
    WHEN focus_near(consumed, price, cost) THEN CAST(consumed * block AS DECIMAL(38, 15))
    WHEN focus_near(priced, price, cost) THEN CAST(priced * block AS DECIMAL(38, 15))
END;
