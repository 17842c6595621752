-- One row per name and span of time: what the name means then.
INSERT INTO model_resolution
SELECT
    unnest($provider::VARCHAR[]),
    unnest($model_name::VARCHAR[]),
    unnest($price_provider::VARCHAR[]),
    unnest($model_id::VARCHAR[]),
    unnest($endpoint_scope::VARCHAR[]),
    unnest($rule::VARCHAR[]),
    unnest($from_utc::TIMESTAMP[]),
    unnest($to_utc::TIMESTAMP[])
