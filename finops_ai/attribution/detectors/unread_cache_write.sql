-- detector: unread_cache_write
-- title: Cache writes never read
-- rank: 90
-- finds: Cache writes that nobody reads: a session with `min_writes` writes or more, or all short sessions and single calls of a workflow, key and model with `min_loose_writes` together, that read back less than `read_percent` of the tokens written. A write at 1.25 times the input price pays from about 22 % read back.
-- money: What the writes cost above the same tokens as plain input.
-- needs: calls
-- advice: Take the cache mark off prompts that come once, move what changes behind what stays, and choose the lifetime by the pause between calls.
-- confidence: high when nothing at all was read, else medium.
-- parameter: min_writes = 3 | writes of one session, at least
-- parameter: min_loose_writes = 20 | writes of calls outside such sessions, at least
-- parameter: read_percent = 10 | tokens read of those written, less than
INSERT INTO waste_claim BY NAME
WITH use AS (
    SELECT
        call_id,
        stream,
        model,
        coalesce(api_key_id, 'no key') AS key,
        thread,
        cache_read_tokens,
        written_tokens,
        count(*) FILTER (written_tokens > 0) OVER (PARTITION BY stream, model, thread) AS session_writes
    FROM waste_call
    WHERE written_tokens > 0 OR cache_read_tokens > 0
),

scoped AS (
    SELECT *, CASE WHEN thread IS NOT NULL AND session_writes >= $min_writes THEN thread END AS session
    FROM use
),

scope AS (
    SELECT stream, model, CASE WHEN session IS NULL THEN key END AS key, session, sum(cache_read_tokens) AS read_tokens
    FROM scoped
    GROUP BY ALL
    HAVING sum(cache_read_tokens) * 100 < $read_percent * sum(written_tokens)
        AND count(*) FILTER (written_tokens > 0) >= CASE WHEN session IS NULL THEN $min_loose_writes ELSE $min_writes END
)

SELECT
    'unread_cache_write' AS detector,
    CASE WHEN scoped.session IS NULL THEN 'key' ELSE 'session' END AS subject_kind,
    coalesce(scoped.session, scoped.key) AS subject,
    scoped.call_id,
    CASE
        WHEN input_price IS NULL THEN 0
        ELSE waste_saved(cache_write_cost, waste_call.written_tokens, input_price, level)
    END AS cache_write_cost,
    CASE WHEN scope.read_tokens = 0 THEN 'high' ELSE 'medium' END AS confidence
FROM scoped
INNER JOIN scope
    ON scope.stream = scoped.stream
    AND scope.model = scoped.model
    AND scope.session IS NOT DISTINCT FROM scoped.session
    AND (scope.key = scoped.key OR scoped.session IS NOT NULL)
INNER JOIN waste_call ON waste_call.call_id = scoped.call_id
WHERE scoped.written_tokens > 0
