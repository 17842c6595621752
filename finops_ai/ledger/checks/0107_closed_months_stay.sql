-- promise: the figures of a closed month are those it was closed with
-- after: attribution
WITH present AS (
    SELECT month_figure.*
    FROM month_figure
    SEMI JOIN closed_month USING (month)
    WHERE $month IS NULL OR month = $month
)

SELECT month, kind, name, billing_currency, closed_figure.cost AS closed_cost, present.cost AS present_cost
FROM (FROM closed_figure WHERE $month IS NULL OR month = $month) AS closed_figure
FULL JOIN present USING (month, kind, name, billing_currency)
WHERE closed_figure.cost IS DISTINCT FROM present.cost
ORDER BY ALL
