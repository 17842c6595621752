-- part of whole as a fraction DECIMAL(18,6), rounded toward zero; NULL unless the whole is above zero.
CREATE OR REPLACE TEMP MACRO amount_share(part, whole) AS
    CASE
        WHEN whole > 0
            THEN (amount_units(part) * 1000000 // amount_units(whole))::DECIMAL(38,0) * 0.000001::DECIMAL(6,6)
    END::DECIMAL(18,6)
