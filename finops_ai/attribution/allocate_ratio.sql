-- amount DECIMAL(38,15) per one of `quantity`, which may be a broken number (to six places), rounded toward zero at
-- the 15th decimal; NULL unless the quantity is above zero.
CREATE OR REPLACE TEMP MACRO amount_ratio(amount, quantity) AS
    CASE
        WHEN quantity > 0
            THEN units_amount(amount_units(amount) * 1000000 // round(quantity * 1000000)::HUGEINT)
    END
