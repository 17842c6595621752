-- The rates of the file in force: table fx_rate, a row a line.
INSERT INTO fx_rate
SELECT
    unnest($days::DATE []),
    unnest($froms::VARCHAR []),
    unnest($tos::VARCHAR []),
    unnest($rates::VARCHAR [])::DECIMAL(38,15),
    unnest($sources::VARCHAR []),
    unnest($lines::BIGINT [])
