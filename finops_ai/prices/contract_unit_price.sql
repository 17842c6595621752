-- The unit price of one meter under a contract, DECIMAL(18,15) per token or call, NULL without one. A multiplier is
-- folded into the list price: contract_inexact.sql has shown that this is exact. A meter that an agreed price list
-- leaves out keeps its list price, where that has the same currency.
CREATE OR REPLACE TEMP MACRO contract_unit_price(multiplier, agreed_unit_price, is_same_currency, list_unit_price) AS
    CASE
        WHEN multiplier IS NOT NULL THEN (list_unit_price * multiplier)::DECIMAL(18,15)
        WHEN agreed_unit_price IS NOT NULL THEN agreed_unit_price
        WHEN is_same_currency THEN list_unit_price
    END
