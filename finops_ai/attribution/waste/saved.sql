-- What a cost, DECIMAL(38,15), is above the same tokens at another unit price and the same price level: never below 0.
CREATE OR REPLACE TEMP MACRO waste_saved(cost, tokens, unit_price, level) AS
    least(cost, greatest(cost - waste_scaled((tokens * unit_price)::DECIMAL(38,15), level), 0))::DECIMAL(38,15)
