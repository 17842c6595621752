-- Temporary: the rows of usage_member whose calls several outcomes share, numbered.
CREATE OR REPLACE TEMP TABLE shared_member AS
SELECT row_number() OVER () AS shared_member_id, m.*
FROM usage_member AS m
SEMI JOIN party_share ON party_share.party_id = m.party_id
