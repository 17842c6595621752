-- detector: failed_billed
-- title: Failed calls that are billed
-- rank: 10
-- finds: Calls that failed and still used tokens that have a price: a timed-out or cut-off answer is billed like any other.
-- money: All that the failed calls cost.
-- needs: calls
-- advice: Read the error codes of these calls; raise time-outs above the model's slowest answers, validate requests before they are sent, and claim back what the provider should not bill.
-- confidence: high: the log says failed, and the tokens have a price.
INSERT INTO waste_claim BY NAME
SELECT
    'failed_billed' AS detector,
    'model' AS subject_kind,
    model AS subject,
    call_id,
    input_cost,
    cache_read_cost,
    cache_write_cost,
    output_cost,
    'high' AS confidence
FROM waste_call
WHERE is_failed AND prompt_tokens + answer_tokens > 0
