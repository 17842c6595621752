-- Temporary: the values of one tag in a month, numbered; 0: without it.
CREATE OR REPLACE TEMP TABLE tag_member AS
SELECT tag, CASE WHEN tag IS NULL THEN 0 ELSE row_number() OVER (ORDER BY tag NULLS LAST) END AS member_id
FROM (SELECT tag FROM tag_use UNION SELECT tag FROM tag_charge)
