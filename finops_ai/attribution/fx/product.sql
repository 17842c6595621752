-- amount x rate, both DECIMAL(38,15), rounded half-even to 15 decimals in whole numbers: no float on the way.
CREATE OR REPLACE TEMP MACRO fx_product(amount, rate) AS
    units_amount(
        CASE WHEN amount < 0 THEN -1 ELSE 1 END
        * (
            fx_units_product(amount_units(abs(amount)), amount_units(rate))
            + CASE
                WHEN fx_units_rest(amount_units(abs(amount)), amount_units(rate)) * 2
                    + fx_units_product(amount_units(abs(amount)), amount_units(rate)) % 2
                    > 1000000000000000
                    THEN 1
                ELSE 0
            END
        )
    )
