-- Temporary: calls that outcomes of several kinds share, with all their spans.
CREATE OR REPLACE TEMP TABLE call_several AS
WITH sharing AS (
    SELECT workflow
    FROM link_step
    WHERE claim > 0
    GROUP BY workflow
    HAVING count(DISTINCT claim) > 1
)

SELECT c.file_id, c.row_number, list(s.span_id ORDER BY s.span_id) AS spans
FROM call_link AS c
INNER JOIN link_step USING (step_id)
SEMI JOIN sharing ON sharing.workflow = link_step.workflow
INNER JOIN link_span AS s
    ON s.step_id = c.step_id
    AND s.value_id = c.value_id
    AND s.first_seq = c.first_seq
    AND s.last_seq = c.last_seq
GROUP BY c.file_id, c.row_number
HAVING count(*) > 1
