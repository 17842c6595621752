-- importer: cursor_usage
-- title: Cursor, usage events (CSV of the dashboard, individual and team)
-- tested on: a small file in a public repository (Xerg, MIT)
-- feeds: charge
-- reads: csv
-- recognised by: Date, Model, Input (w/ Cache Write), Input (w/o Cache Write), Cache Read, Output Tokens, Total Tokens, Cost
-- optional: User | User Email, Kind, Max Mode, Cost to you, Cloud Agent ID, Automation ID
-- identity: days
-- money: cursor_billed("Kind", "Cost", "Cost to you")
-- quirks: One event is one charge line: its tokens are the consumed quantity, its four token counts stand in sku_price_details.
-- quirks: "Input (w/ Cache Write)" is the number of tokens written to the cache, not a total: the four counts add up to Total Tokens.
-- quirks: Nothing is billed where Cost is a word (Included, Free, -) or Kind says included, free or not charged. An amount beside such a kind is what the event was worth: it becomes the list cost. "Cost to you" is billed where it stands.
-- quirks: Seats and the plan's price are not in this file: take them from the invoice or a card statement.
-- quirks: Exports that count requests (a column Requests in the place of Cost) hold no money and are not read.
SELECT
    row_number,
    'cursor' AS provider,
    "Model" AS model_name,
    as_money(cursor_billed("Kind", "Cost", "Cost to you")) AS billed_cost,
    '(account not stated)' AS billing_account_id,
    'USD' AS billing_currency,
    month_start(as_utc("Date")) AS billing_period_start_utc,
    month_start(as_utc("Date")) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    "Kind" AS charge_description,
    as_utc("Date") AS charge_period_start_utc,
    as_utc("Date") AS charge_period_end_utc,
    as_count("Total Tokens") AS consumed_quantity,
    CASE WHEN "Total Tokens" IS NOT NULL THEN 'Tokens' END AS consumed_unit,
    as_money(cursor_billed("Kind", "Cost", "Cost to you")) AS effective_cost,
    'Cursor' AS invoice_issuer_name,
    as_money(cursor_worth("Cost")) AS list_cost,
    'Cursor' AS service_name,
    'Cursor' AS service_provider_name,
    filled_object(json_object(
        'InputTokens', as_count("Input (w/o Cache Write)"),
        'OutputTokens', as_count("Output Tokens"),
        'CacheReadTokens', as_count("Cache Read"),
        'CacheWriteTokens', as_count("Input (w/ Cache Write)")
    )) AS sku_price_details,
    filled_object(json_object(
        'user', "User",
        'kind', "Kind",
        'max_mode', "Max Mode",
        'cloud_agent', "Cloud Agent ID",
        'automation', "Automation ID"
    )) AS tags
FROM raw
