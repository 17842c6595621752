-- split: each line of tag_line over the tags of its calls, else over those of its charges by what they bill. A line that
-- is all of its cell and that no call explains is left out: its charges tell it exactly.
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    tag_line.line_id AS group_id,
    0 AS subgroup_id,
    tag_member.member_id,
    tag_weight.weight,
    tag_line.amount
FROM tag_line
INNER JOIN tag_weight USING (line_id)
INNER JOIN tag_member ON tag_member.tag IS NOT DISTINCT FROM tag_weight.tag
UNION ALL
SELECT tag_line.line_id, 0, tag_member.member_id, amount_units(tag_charge.size), tag_line.amount
FROM tag_line
ANTI JOIN tag_weight USING (line_id)
INNER JOIN tag_charge USING (cell_id)
INNER JOIN tag_member ON tag_member.tag IS NOT DISTINCT FROM tag_charge.tag
WHERE NOT tag_line.is_whole
