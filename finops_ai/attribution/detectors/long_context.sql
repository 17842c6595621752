-- detector: long_context
-- title: Long-context surcharge
-- rank: 130
-- finds: Calls whose prompt is long enough for the dearer price band, which then holds for the whole request.
-- money: What they cost above the prices of short prompts.
-- needs: calls
-- advice: Cut or split what is sent: a prompt just below the limit costs half of one just above it.
-- confidence: high: the band is what the call was priced with.
INSERT INTO waste_claim BY NAME
SELECT
    'long_context' AS detector,
    'model' AS subject_kind,
    model AS subject,
    call_id,
    waste_saved(input_cost, input_tokens, base_input_price, level) AS input_cost,
    coalesce(waste_saved(cache_read_cost, cache_read_tokens, base_cache_read_price, level), 0) AS cache_read_cost,
    coalesce(waste_saved(output_cost, answer_tokens, base_output_price, level), 0) AS output_cost,
    'high' AS confidence
FROM waste_call
WHERE is_long AND base_input_price IS NOT NULL
