-- Temporary commitment_user of a month without throughput and seats.
CREATE OR REPLACE TEMP TABLE commitment_user (pool VARCHAR, workflow VARCHAR, used HUGEINT)
