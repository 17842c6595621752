-- One kind of token of a row of reconcile_usage: its expected cost is NULL unless all of it is known.
CREATE OR REPLACE TEMP MACRO log_meter(kind, price_id, tokens, is_known, expected_cost) AS
    {
        'kind': kind,
        'price_id': price_id,
        'tokens': tokens,
        'expected': CASE WHEN is_known THEN expected_cost END
    }
