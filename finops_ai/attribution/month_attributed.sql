-- What $month was attributed from: table month_attributed.
INSERT INTO month_attributed
SELECT
    $month,
    (SELECT batch_id FROM month_input WHERE month = $month),
    $config_hash,
    (SELECT coalesce(arg_max(catalogue_sha256, rowid), '') FROM price_catalogue),
    (SELECT coalesce(max(file_id), 0) FROM outcome),
    $currency
