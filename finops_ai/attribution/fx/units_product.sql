-- The product of two amounts in whole units of 1e-15 (HUGEINT, not negative), cut at the same unit. One factor
-- is taken apart so that no step outgrows HUGEINT.
CREATE OR REPLACE TEMP MACRO fx_units_product(units, rate_units) AS
    units // 1000000000000000 * rate_units
    + units % 1000000000000000 * (rate_units // 1000000000000000)
    + units % 1000000000000000 * (rate_units % 1000000000000000) // 1000000000000000
