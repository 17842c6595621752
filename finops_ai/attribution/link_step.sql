-- Temporary: one row per link of each outcome kind and workflow, in the pass in which it is tried. claim: calls that
-- are linked are out of reach for later passes of the same claim: 0 where a call goes to one outcome, else a number
-- per kind and workflow. method and half_life_hours: how a call is split over its outcomes.
CREATE OR REPLACE TEMP TABLE link_step AS
SELECT
    unnest($passes::INTEGER []) AS pass,
    unnest($steps::INTEGER []) AS step_id,
    unnest($claims::INTEGER []) AS claim,
    unnest($kinds::VARCHAR []) AS kind,
    unnest($workflows::VARCHAR []) AS workflow,
    unnest($links::VARCHAR []) AS link,
    unnest($methods::VARCHAR []) AS method,
    unnest($half_lives::INTEGER []) AS half_life_hours
