-- promise: the outcomes of a call share it whole: their shares add up to 1
-- after: attribution
WITH rest AS (
    SELECT month, file_id, row_number, sum(share) AS share
    FROM outcome_call_rest
    GROUP BY month, file_id, row_number
),

named AS (
    SELECT month, file_id, row_number, outcome_share AS share
    FROM usage_attributed
    WHERE outcome_share < 1
)

SELECT month, file_id, row_number, named.share, rest.share
FROM named
FULL JOIN rest USING (month, file_id, row_number)
WHERE coalesce(named.share, 0) + coalesce(rest.share, 0) <> 1
ORDER BY ALL
