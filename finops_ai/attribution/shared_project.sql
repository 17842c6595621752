-- Temporary: the providers whose bill and log name a project in common. Elsewhere the two speak of different
-- things (accounts of a cloud, projects of a gateway), which can tell no line from another.
CREATE OR REPLACE TEMP TABLE shared_project AS
SELECT DISTINCT bill_open.provider
FROM bill_open
INNER JOIN usage_open
    ON usage_open.provider = bill_open.provider AND usage_open.project_id = bill_open.project_id
