-- What a detector of the user's own ($detector) claims, as claims: money in the currency of the call.
INSERT INTO waste_claim BY NAME
SELECT
    $detector AS detector,
    coalesce(subject_kind::VARCHAR, '') AS subject_kind,
    subject::VARCHAR AS subject,
    coalesce(call_id, -1)::BIGINT AS call_id,
    coalesce(input_cost, 0)::DECIMAL(38,15) AS input_cost,
    coalesce(cache_read_cost, 0)::DECIMAL(38,15) AS cache_read_cost,
    coalesce(cache_write_cost, 0)::DECIMAL(38,15) AS cache_write_cost,
    coalesce(output_cost, 0)::DECIMAL(38,15) AS output_cost,
    coalesce(confidence::VARCHAR, '') AS confidence
FROM waste_own
