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
        sum(weight) AS weight_total,
        ('1' || repeat('0', greatest(length(sum(weight)::VARCHAR) - 19, 0)))::HUGEINT AS divisor,
        count(*) AS members
    FROM split
    GROUP BY group_id, subgroup_id
),

scaled AS (
    SELECT
        split.group_id,
        split.subgroup_id,
        split.member_id,
        total.members,
        CASE WHEN split.amount < 0 THEN -1 ELSE 1 END AS sign,
        amount_units(abs(split.amount)) AS units,
        CASE WHEN total.weight_total = 0 THEN 1 ELSE split.weight // total.divisor END AS weight
    FROM split
    INNER JOIN total ON total.group_id = split.group_id AND total.subgroup_id = split.subgroup_id
),

summed AS (
    SELECT
        *,
        sum(weight) OVER (PARTITION BY group_id, subgroup_id) AS weight_total,
        row_number() OVER (
            PARTITION BY group_id, subgroup_id
            ORDER BY weight DESC, member_id
        ) AS position
    FROM scaled
    WHERE members > 1
),

floored AS (
    SELECT
        *,
        units // weight_total * weight + (units % weight_total) * weight // weight_total AS share_units
    FROM summed
),

completed AS (
    SELECT
        *,
        units - sum(share_units) OVER (PARTITION BY group_id, subgroup_id) AS residue_units
    FROM floored
)

SELECT
    group_id,
    subgroup_id,
    member_id,
    units_amount(sign * (share_units + CASE WHEN position = 1 THEN residue_units ELSE 0 END)) AS share
FROM completed
UNION ALL
SELECT group_id, subgroup_id, member_id, units_amount(sign * units)
FROM scaled
WHERE members = 1
