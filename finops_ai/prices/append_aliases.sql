-- Appends the catalogue's alias rows that differ from what is in force. Returns the number added.
INSERT INTO model_alias (provider, model_name, model_id, valid_from_utc, valid_to_utc, recorded_at_utc)
WITH catalogue AS (
    SELECT
        unnest($provider::VARCHAR[]) AS provider,
        unnest($model_name::VARCHAR[]) AS model_name,
        unnest($model_id::VARCHAR[]) AS model_id,
        unnest($valid_from_utc::TIMESTAMP[]) AS valid_from_utc,
        unnest($valid_to_utc::TIMESTAMP[]) AS valid_to_utc
)
SELECT c.*, $recorded_at_utc::TIMESTAMP
FROM catalogue AS c
WHERE NOT EXISTS (
    SELECT 1
    FROM model_alias_now AS a
    WHERE a.provider = c.provider
        AND a.model_name = c.model_name
        AND a.model_id = c.model_id
        AND a.valid_from_utc = c.valid_from_utc
        AND a.valid_to_utc IS NOT DISTINCT FROM c.valid_to_utc
)
