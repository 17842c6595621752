-- Temporary: the throughput and seats that hold in the month, with their capacity in tokens or seats.
CREATE OR REPLACE TEMP TABLE commitment_setting AS
SELECT
    unnest($pools::VARCHAR []) AS pool,
    unnest($kinds::VARCHAR []) AS kind,
    unnest($units::VARCHAR []) AS unit,
    unnest($capacities::VARCHAR [])::DECIMAL(38,15) AS capacity
