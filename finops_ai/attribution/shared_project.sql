-- Temporary: the providers whose bill and log name a project in common. Elsewhere the two speak of different
-- things (accounts of a cloud, projects of a gateway), which can tell no line from another.
CREATE OR REPLACE TEMP TABLE shared_project AS
SELECT DISTINCT provider
FROM (
    SELECT provider, project_id FROM bill_open WHERE project_id IS NOT NULL
    INTERSECT
    SELECT provider, project_id FROM usage_open
)
