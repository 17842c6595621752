-- Temporary: the providers on whose bill or in whose log cache writes stand without a lifetime. Their writes
-- are compared as one kind: a lifetime that only one side states cannot tell lines apart.
CREATE OR REPLACE TEMP TABLE unstated_write AS
SELECT provider
FROM bill_open
WHERE token_kind = 'cache_write'
UNION
SELECT provider
FROM usage_open
WHERE token_kind = 'cache_write'
