-- 1 / rate as DECIMAL(38,15), rounded half-even: the rounded rate is the one that is stored, shown and applied.
CREATE OR REPLACE TEMP MACRO fx_inverse(rate) AS
    units_amount(
        1000000000000000000000000000000 // amount_units(rate)
        + CASE
            WHEN 1000000000000000000000000000000 % amount_units(rate) * 2
                + (1000000000000000000000000000000 // amount_units(rate)) % 2
                > amount_units(rate)
                THEN 1
            ELSE 0
        END
    )
