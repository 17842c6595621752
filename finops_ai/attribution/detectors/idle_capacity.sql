-- detector: idle_capacity
-- title: Idle reserved capacity
-- rank: 150
-- finds: Commitments of finops.yaml (throughput, seats) of which `idle_percent` or more was not used in the month.
-- money: The billed cost of what was not used.
-- needs: commitments
-- advice: Move more traffic onto it, resize it at its next term, or give seats back.
-- confidence: high: the bill and the capacity are stated.
-- parameter: idle_percent = 10 | what was not used, in percent, at least
INSERT INTO waste_claim BY NAME
SELECT
    'idle_capacity' AS detector,
    'commitment' AS subject_kind,
    commitment AS subject,
    idle_cost AS other_cost,
    currency,
    'high' AS confidence
FROM commitment_use
WHERE month = $month AND kind <> 'credits' AND idle_cost > 0 AND (capacity - used) * 100 >= $idle_percent * capacity
