-- One row per key that both sides hold in pass $pass: table match_group. quantity and list_cost tell how much
-- of the bill the logs explain, as matched_weight : rest_weight of every cell of the group.
-- * quantity known: min(billed, logged) tokens; logged surplus stays open.
-- * quantity unknown, list price known: the list cost of the usage at most.
-- * neither: the usage takes all of it.
INSERT INTO match_group
WITH usage AS (
    SELECT
        key,
        any_value(provider) AS provider,
        sum(quantity)::DECIMAL(38,15) AS logged,
        CASE WHEN count(*) = count(list_cost) THEN sum(list_cost) END::DECIMAL(38,15) AS list_cost,
        coalesce(max(list_currency), $list_currency) AS list_currency,
        min(least_unit_cost) <> max(most_unit_cost) AS has_several_prices,
        -- A call without a model name is of another model than one with any.
        min(match_model) <> max(match_model) OR (count(match_model) > 0 AND count(match_model) < count(*))
            AS has_several_models,
        min(match_model) AS model
    FROM pass_usage
    GROUP BY key
),

bill AS (
    SELECT
        pass_bill.key,
        CASE WHEN count(*) = count(quantity) THEN sum(quantity) END::DECIMAL(38,15) AS billed,
        coalesce(sum(amount) FILTER (WHERE billing_currency = list_currency), 0)::DECIMAL(38,15) AS amount
    FROM pass_bill
    INNER JOIN usage ON usage.key = pass_bill.key
    GROUP BY pass_bill.key
)

SELECT
    $pass,
    (SELECT coalesce(max(group_id), 0) FROM match_group) + row_number() OVER (ORDER BY key),
    provider,
    key,
    billed IS NOT NULL,
    list_currency,
    CASE
        WHEN billed IS NOT NULL THEN amount_units(least(billed, logged))
        WHEN list_cost IS NULL OR amount <= list_cost THEN 1
        ELSE amount_units(list_cost)
    END,
    CASE
        WHEN billed IS NOT NULL THEN amount_units(billed - least(billed, logged))
        WHEN list_cost IS NULL OR amount <= list_cost THEN 0
        ELSE amount_units(amount - list_cost)
    END,
    CASE WHEN billed < logged THEN billed ELSE logged END,
    logged,
    has_several_prices AND list_cost > 0,
    CASE WHEN billed IS NULL AND amount < list_cost AND amount <> 0 THEN list_cost - amount END,
    CASE WHEN has_several_models THEN 'several models' ELSE coalesce(ltrim(model, '?'), 'no model name') END
FROM usage
INNER JOIN bill USING (key)
