-- What the importers of the AI vendors' own reports share.

-- A JSON object as text without the members that are null; NULL when none is left.
CREATE OR REPLACE TEMP MACRO filled_members(json_text) AS
    nullif(CAST(json_merge_patch('{}', json_text) AS VARCHAR), '{}');

-- The key of the n-th row that prints the same dimensions: exports split rows by what they do not print.
CREATE OR REPLACE TEMP MACRO numbered_key(key, n) AS CASE WHEN n = 1 THEN key ELSE key || '#' || n END;
