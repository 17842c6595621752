-- split_share without rows, as allocate.sql makes it of an empty split.
CREATE OR REPLACE TEMP TABLE split_share (
    group_id BIGINT, subgroup_id BIGINT, member_id BIGINT, share DECIMAL(38,15)
)
