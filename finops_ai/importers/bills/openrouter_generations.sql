-- importer: openrouter_generations
-- title: OpenRouter, activity export with one line per generation
-- tested on: documentation
-- feeds: charge
-- reads: csv
-- source: openrouter
-- recognised by: generation_id, created_at, cost_total, model_permaslug, tokens_prompt, tokens_completion
-- optional: cost_web_search, cost_cache, cost_file_processing, byok_usage_inference, tokens_reasoning, tokens_cached, provider_name, variant, cancelled, streamed, user, api_key_name, app_name
-- identity: days
-- views: openrouter_generations > openrouter_activity
-- money: cost_total
-- quirks: Billed is cost_total, the credits (dollars) that OpenRouter took. What a call with a key of your own cost at its provider (byok_usage_inference) stands on that provider's bill: it is added to the list cost only.
-- quirks: cost_web_search, cost_cache and cost_file_processing are parts of cost_total, kept in sku_price_details.
-- quirks: tokens_completion includes reasoning tokens, tokens_prompt includes cached ones: the consumed quantity is prompt plus completion.
-- quirks: Daily activity of the same days (openrouter_activity) holds the same money: two views of one bill, which are never added up.
SELECT
    row_number,
    generation_id AS source_key,
    'openrouter' AS provider,
    model_permaslug AS model_name,
    api_key_name AS api_key_id,
    as_money(cost_total) AS billed_cost,
    '(account not stated)' AS billing_account_id,
    'USD' AS billing_currency,
    month_start(as_utc(created_at)) AS billing_period_start_utc,
    month_start(as_utc(created_at)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    as_utc(created_at) AS charge_period_start_utc,
    as_utc(created_at) AS charge_period_end_utc,
    as_count(tokens_prompt) + as_count(tokens_completion) AS consumed_quantity,
    CASE WHEN tokens_prompt IS NOT NULL AND tokens_completion IS NOT NULL THEN 'Tokens' END AS consumed_unit,
    as_money(cost_total) AS effective_cost,
    provider_name AS host_provider_name,
    'OpenRouter' AS invoice_issuer_name,
    as_money(cost_total) + coalesce(as_money(byok_usage_inference), 0) AS list_cost,
    'OpenRouter' AS service_name,
    'OpenRouter' AS service_provider_name,
    filled_object(json_object(
        'InputTokens', as_count(tokens_prompt),
        'OutputTokens', as_count(tokens_completion),
        'CacheReadTokens', as_count(tokens_cached),
        'ReasoningTokens', as_count(tokens_reasoning),
        'ByokInferenceCost', nullif(byok_usage_inference, '0'),
        'WebSearchCost', nullif(cost_web_search, '0'),
        'CacheCost', nullif(cost_cache, '0'),
        'FileProcessingCost', nullif(cost_file_processing, '0')
    )) AS sku_price_details,
    filled_object(json_object(
        'user', "user",
        'api_key', api_key_name,
        'app', app_name,
        'provider', provider_name,
        'variant', variant,
        'cancelled', CASE WHEN lower(cancelled) = 'true' THEN 'true' END
    )) AS tags
FROM raw
