-- The power of ten that cuts a HUGEINT to 18 digits; 1 when it has no more.
CREATE OR REPLACE TEMP MACRO accrual_divisor(whole) AS
    ('1' || repeat('0', greatest(length(whole::VARCHAR) - 18, 0)))::HUGEINT
