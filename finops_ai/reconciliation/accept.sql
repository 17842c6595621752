-- Appends one acceptance; cost in currency, as text with all its digits.
INSERT INTO reconciliation_accepted
VALUES (
    $month, $line_id, $grouped_by, $line_name, $currency, $cost::DECIMAL(38,15), $note, $by, $at_utc
)
