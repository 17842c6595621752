-- Words of Google's endpoints.

-- Whether an address of Vertex AI is the global endpoint or one of a region ("us-east5-aiplatform.googleapis.com",
-- "aiplatform.eu.rep.googleapis.com"); NULL when it says neither.
CREATE OR REPLACE TEMP MACRO google_scope(address) AS CASE
    WHEN regexp_matches(address, '(?i)[a-z0-9]-aiplatform[.]|(^|[/.])aiplatform[.][a-z-]+[.]rep[.]') THEN 'regional'
    WHEN regexp_matches(address, '(?i)(^|[/.])aiplatform[.]googleapis[.]com') THEN 'global'
END;
