-- What fx_units_product cuts off, in units of 1e-30.
CREATE OR REPLACE TEMP MACRO fx_units_rest(units, rate_units) AS
    units % 1000000000000000 * (rate_units % 1000000000000000) % 1000000000000000
