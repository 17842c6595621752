-- amount DECIMAL(38,15) per one of `parts`, rounded toward zero at the 15th decimal; NULL for no parts.
CREATE OR REPLACE TEMP MACRO amount_per(amount, parts) AS
    CASE WHEN parts > 0 THEN units_amount(amount_units(amount) // parts::HUGEINT) END
