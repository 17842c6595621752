-- An amount DECIMAL(38,15) as whole units of 1e-15, HUGEINT: the only form in which money is divided. Its digits
-- without the point are that number: amount * 1e15 would not fit DECIMAL(38,15), and dividing takes twice as long.
CREATE OR REPLACE TEMP MACRO amount_units(amount) AS
    replace(amount::DECIMAL(38,15)::VARCHAR, '.', '')::HUGEINT
