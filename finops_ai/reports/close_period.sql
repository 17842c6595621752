-- The state of $month, and the figures that it was closed with.
INSERT INTO period (month, state, reported_sha256, reported_at_utc)
VALUES ($month, 'closed', $sha256, $at_utc)
ON CONFLICT (month) DO UPDATE SET
    state = 'closed',
    reported_sha256 = excluded.reported_sha256,
    reported_at_utc = excluded.reported_at_utc
