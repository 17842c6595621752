-- split_share: one row per row of temporary table split(group_id, subgroup_id, member_id, weight HUGEINT >= 0,
-- amount DECIMAL(38,15)), whose share of the amount of its (group_id, subgroup_id) is proportional to weight.
-- The shares add up to the amount exactly: each is rounded toward zero at 1e-15 and the rest goes to the
-- largest weight, the smallest member_id among equals. A group without any weight is split evenly.
-- Weights are cut to 19 digits in total, so that remainder * weight fits HUGEINT whatever the amount.
CREATE OR REPLACE TEMP TABLE split_share AS
WITH total AS (
    SELECT
        group_id,
        subgroup_id,
        any_value(amount) AS amount,
        sum(weight) AS weight_total,
        CASE
            WHEN weight_total < 10000000000000000000 THEN 1
            ELSE ('1' || repeat('0', length(weight_total::VARCHAR) - 19))::HUGEINT
        END AS divisor,
        -- One member, or one alone with weight, gets all: most groups need no division.
        count(*) > 1 AND count(*) FILTER (WHERE weight > 0) <> 1 AS is_divided
    FROM split
    GROUP BY group_id, subgroup_id
),

divided AS (
    SELECT
        group_id,
        subgroup_id,
        weight_total,
        divisor,
        CASE WHEN amount < 0 THEN -1 ELSE 1 END AS sign,
        amount_units(abs(amount)) AS units
    FROM total
    WHERE is_divided
),

scaled AS (
    SELECT
        split.group_id,
        split.subgroup_id,
        split.member_id,
        CASE
            WHEN divided.weight_total = 0 THEN 1
            WHEN divided.divisor = 1 THEN split.weight
            ELSE split.weight // divided.divisor
        END AS weight
    FROM split
    INNER JOIN divided ON divided.group_id = split.group_id AND divided.subgroup_id = split.subgroup_id
),

summed AS (
    SELECT group_id, subgroup_id, sum(weight) AS weight_total, max(weight) AS weight_most
    FROM scaled
    GROUP BY group_id, subgroup_id
),

floored AS (
    SELECT
        scaled.*,
        divided.sign,
        divided.units,
        scaled.weight = summed.weight_most AS is_most,
        units // summed.weight_total * weight + (units % summed.weight_total) * weight // summed.weight_total
            AS share_units
    FROM scaled
    INNER JOIN divided ON divided.group_id = scaled.group_id AND divided.subgroup_id = scaled.subgroup_id
    INNER JOIN summed ON summed.group_id = scaled.group_id AND summed.subgroup_id = scaled.subgroup_id
),

residue AS (
    SELECT
        group_id,
        subgroup_id,
        min(member_id) FILTER (WHERE is_most) AS member_id,
        any_value(units) - sum(share_units) AS units
    FROM floored
    GROUP BY group_id, subgroup_id
)

SELECT
    floored.group_id,
    floored.subgroup_id,
    floored.member_id,
    units_amount(
        sign * (share_units + CASE WHEN residue.member_id = floored.member_id THEN residue.units ELSE 0 END)
    ) AS share
FROM floored
INNER JOIN residue ON residue.group_id = floored.group_id AND residue.subgroup_id = floored.subgroup_id
UNION ALL
SELECT
    split.group_id,
    split.subgroup_id,
    split.member_id,
    CASE WHEN split.weight > 0 OR total.weight_total = 0 THEN split.amount ELSE 0 END
FROM split
INNER JOIN total ON total.group_id = split.group_id AND total.subgroup_id = split.subgroup_id
WHERE NOT total.is_divided
