-- Temporary: the values of link_named, and the newest file that names each.
CREATE OR REPLACE TEMP TABLE link_since AS
SELECT value, max(file_id) AS file_id
FROM link_named
GROUP BY value
