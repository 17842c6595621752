-- An amount at list price, DECIMAL(38,15), at the price level that a provider really charges; 1: list price.
CREATE OR REPLACE TEMP MACRO waste_scaled(amount, level) AS
    (CASE WHEN level = 1 THEN amount ELSE (amount::DECIMAL(24,12) * level::DECIMAL(12,6))::DECIMAL(38,15) END)::DECIMAL(38,15)
