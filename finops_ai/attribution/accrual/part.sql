-- units x part // whole in whole units (HUGEINT, none negative). part and whole are cut to 18 digits of whole, so
-- that no step outgrows HUGEINT. NULL when there is no whole.
CREATE OR REPLACE TEMP MACRO accrual_part(units, part, whole) AS
    CASE
        WHEN part = whole THEN units
        WHEN whole > 0
            THEN units // (whole // accrual_divisor(whole)) * (part // accrual_divisor(whole))
            + units % (whole // accrual_divisor(whole)) * (part // accrual_divisor(whole))
            // (whole // accrual_divisor(whole))
    END
