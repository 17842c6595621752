-- Temporary: the workflows that a pool's or team's part ends with, for those that receive from other pools; workflow NULL
-- stands for every workflow with usage or direct cost.
CREATE OR REPLACE TEMP TABLE pool_reach AS
SELECT unnest($pools::VARCHAR []) AS pool, unnest($workflows::VARCHAR []) AS workflow
