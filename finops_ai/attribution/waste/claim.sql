-- Temporary: what detectors claim, one row per detector and call: the part of each kind of the call's cost that is at
-- stake, DECIMAL(38,15); 0: the call is evidence alone. A claim without a call holds billed money in other_cost.
CREATE OR REPLACE TEMP TABLE waste_claim (
    detector VARCHAR NOT NULL,
    subject_kind VARCHAR NOT NULL,
    subject VARCHAR,
    call_id BIGINT,
    input_cost DECIMAL(38,15) NOT NULL DEFAULT 0,
    cache_read_cost DECIMAL(38,15) NOT NULL DEFAULT 0,
    cache_write_cost DECIMAL(38,15) NOT NULL DEFAULT 0,
    output_cost DECIMAL(38,15) NOT NULL DEFAULT 0,
    other_cost DECIMAL(38,15) NOT NULL DEFAULT 0,
    currency VARCHAR,
    workflow VARCHAR,
    confidence VARCHAR NOT NULL
)
