-- importer: openrouter_activity
-- title: OpenRouter, daily activity by model and endpoint (API and its CSV)
-- tested on: documentation
-- feeds: charge
-- reads: json, jsonl, csv
-- source: openrouter
-- recognised by: date, model, usage, byok_usage_inference, requests, prompt_tokens, completion_tokens
-- optional: model_permaslug, endpoint_id, provider_name, reasoning_tokens, byok_requests, user | user_id, api_key_name
-- identity: days
-- views: openrouter_generations > openrouter_activity
-- money: usage
-- records: data[]
-- quirks: Answers of GET /api/v1/activity: the last 30 whole UTC days. Billed is usage, the credits (dollars) that OpenRouter took.
-- quirks: What calls with a key of your own cost at their provider (byok_usage_inference) stands on that provider's bill: it is added to the list cost only.
-- quirks: completion_tokens includes reasoning tokens: the consumed quantity is prompt plus completion.
-- quirks: The export by generation (openrouter_generations) of the same days holds the same money: two views of one bill, which are never added up.
SELECT
    row_number,
    'openrouter' AS provider,
    coalesce(model_permaslug, model) AS model_name,
    api_key_name AS api_key_id,
    as_money(usage) AS billed_cost,
    '(account not stated)' AS billing_account_id,
    'USD' AS billing_currency,
    month_start(as_utc("date")) AS billing_period_start_utc,
    month_start(as_utc("date")) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    day_start(as_utc("date")) AS charge_period_start_utc,
    day_start(as_utc("date")) + INTERVAL 1 DAY AS charge_period_end_utc,
    as_count(prompt_tokens) + as_count(completion_tokens) AS consumed_quantity,
    CASE WHEN prompt_tokens IS NOT NULL AND completion_tokens IS NOT NULL THEN 'Tokens' END AS consumed_unit,
    as_money(usage) AS effective_cost,
    provider_name AS host_provider_name,
    'OpenRouter' AS invoice_issuer_name,
    as_money(usage) + coalesce(as_money(byok_usage_inference), 0) AS list_cost,
    endpoint_id AS resource_id,
    'OpenRouter' AS service_name,
    'OpenRouter' AS service_provider_name,
    filled_object(json_object(
        'Requests', as_count(requests),
        'ByokRequests', as_count(byok_requests),
        'InputTokens', as_count(prompt_tokens),
        'OutputTokens', as_count(completion_tokens),
        'ReasoningTokens', as_count(reasoning_tokens),
        'ByokInferenceCost', nullif(byok_usage_inference, '0')
    )) AS sku_price_details,
    filled_object(json_object('user', "user", 'provider', provider_name)) AS tags
FROM raw
