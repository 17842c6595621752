-- Who answers for a workflow, kept with the month, so that a closed month keeps its departments and products too.

-- One row per attributed month and workflow that finops.yaml registered then; NULL where it said nothing.
CREATE TABLE workflow_register (
    month DATE NOT NULL,
    workflow VARCHAR NOT NULL,
    owner VARCHAR,
    team VARCHAR,
    department VARCHAR,
    cost_centre VARCHAR,
    gl_code VARCHAR,
    product VARCHAR
);
