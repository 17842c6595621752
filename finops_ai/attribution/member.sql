-- Temporary: usage_member with numbers for its names: usage key, receiver, outcome (0 for none).
CREATE OR REPLACE TEMP TABLE member AS
SELECT
    usage_open.key_id,
    receiver.receiver_id,
    m.party_id AS outcome_ref_id,
    m.quantity,
    m.list_cost
FROM usage_member AS m
INNER JOIN usage_open
    ON usage_open.provider = m.provider
    AND usage_open.day = m.day
    AND usage_open.token_kind = m.token_kind
    AND usage_open.service_tier = m.service_tier
    AND usage_open.project_id IS NOT DISTINCT FROM m.project_id
    AND usage_open.match_model IS NOT DISTINCT FROM m.match_model
INNER JOIN receiver
    ON receiver.workflow IS NOT DISTINCT FROM m.workflow
    AND receiver.rule_ordinal IS NOT DISTINCT FROM m.rule_ordinal
    AND receiver.detail IS NOT DISTINCT FROM m.detail
