-- What a call costs by where it had to run: Anthropic and Vertex AI sell regional inference at prices of its own.
-- And what looks like a key leaves the text of refused rows, as it does at import.

-- Anthropic's inference in one region, of calls and charges that were read before importers stated their scope.
UPDATE token_usage
SET endpoint_scope = 'regional'
WHERE provider = 'anthropic' AND region_id IS NOT NULL AND endpoint_scope IS NULL;
UPDATE charge
SET endpoint_scope = 'regional'
WHERE provider = 'anthropic' AND region_id IS NOT NULL AND endpoint_scope IS NULL;
UPDATE charge_superseded
SET endpoint_scope = 'regional'
WHERE provider = 'anthropic' AND region_id IS NOT NULL AND endpoint_scope IS NULL;

-- The prices in force by the scope that a call states ('global', 'regional', 'data_zone'), never NULL: one row
-- per price and scope that it holds for.
CREATE VIEW price_by_scope AS
SELECT * REPLACE (coalesce(endpoint_scope, 'global') AS endpoint_scope)
FROM price_now
UNION ALL
-- Anthropic's models before Opus 4.6 cost the same wherever they run.
SELECT * REPLACE ('regional' AS endpoint_scope)
FROM price_now AS listed
WHERE provider = 'anthropic'
    AND endpoint_scope IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM price_now AS dearer
        WHERE dearer.provider = listed.provider
            AND dearer.model_id = listed.model_id
            AND dearer.endpoint_scope = 'regional'
    )
UNION ALL
-- The Gemini API has no regions: a call of Google's that states one went to Vertex AI.
SELECT * REPLACE ('google' AS provider)
FROM price_now AS listed
WHERE provider = 'google-vertex'
    AND endpoint_scope = 'regional'
    AND NOT EXISTS (
        SELECT 1
        FROM price_now AS own
        WHERE own.provider = 'google' AND own.model_id = listed.model_id AND own.endpoint_scope = 'regional'
    );

UPDATE reject
SET raw_text = regexp_replace(
        raw_text,
        '(^|[^A-Za-z0-9])(sk-(?:ant-|proj-)?|AKIA|gh[pousr]_|github_pat_|AIza|xox[abprs]-|[Bb]earer )[A-Za-z0-9_.~+/=-]{12,}',
        '\1\2***',
        'g'
    )
WHERE raw_text IS NOT NULL;
