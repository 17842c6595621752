-- One row per month: the hash of the figures last reported, and when. A closed month keeps what it was closed with.
INSERT INTO period (month, state, reported_sha256, reported_at_utc)
VALUES ($month, 'open', $sha256, $at_utc)
ON CONFLICT (month) DO UPDATE SET
    reported_sha256 = excluded.reported_sha256,
    reported_at_utc = excluded.reported_at_utc
WHERE period.state <> 'closed'
