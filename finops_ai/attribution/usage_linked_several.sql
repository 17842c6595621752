-- Usage rows that outcomes of several kinds share have one party for all of them: table usage_linked anew.
CREATE OR REPLACE TEMP TABLE usage_linked AS
SELECT file_id, row_number, party_id
FROM usage_linked
ANTI JOIN call_several USING (file_id, row_number)
UNION ALL
SELECT call_several.file_id, call_several.row_number, party.party_id
FROM call_several
INNER JOIN (SELECT DISTINCT group_id, spans FROM link_group WHERE spans IS NOT NULL) AS combination
    ON combination.spans = call_several.spans
INNER JOIN party ON party.group_id = combination.group_id
