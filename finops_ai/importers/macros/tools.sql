-- What importers of tools and platforms share (GitHub, Cursor, OpenRouter, Databricks, Snowflake).

-- A JSON object without its empty members; NULL when none is left. Takes json_object(...).
CREATE OR REPLACE TEMP MACRO filled_object(object) AS nullif(
    CAST(json_merge_patch(CAST('{}' AS JSON), object) AS VARCHAR), '{}'
);

-- The start of the instant's day.
CREATE OR REPLACE TEMP MACRO day_start(i) AS CAST(date_trunc('day', i) AS TIMESTAMP);

-- GitHub meters AI by credits, until mid-2026 by premium requests: these lines stand in three reports.
CREATE OR REPLACE TEMP MACRO github_is_ai(sku, unit) AS lower(coalesce(unit, '')) IN ('ai-credits', 'requests')
OR regexp_matches(coalesce(sku, ''), '(?i)ai[ _]credit|premium[ _]request');

-- The account that deliveries of GitHub are compared within: seats and minutes apart from AI.
CREATE OR REPLACE TEMP MACRO github_account(organization, sku, unit) AS coalesce(
    organization, '(organization not stated)'
) || CASE WHEN github_is_ai(sku, unit) THEN '/ai-credits' ELSE '' END;

-- The model of an AI line. Where Copilot chose it, "Auto: " stands before; its own features are no models.
CREATE OR REPLACE TEMP MACRO github_model(model) AS CASE
    WHEN regexp_matches(model, '(?i)^(copilot|coding agent|code review|spark)') THEN NULL
    ELSE regexp_replace(model, '^Auto: ', '')
END;

-- Cursor prints an amount ("$0.42", "1,204.50", "0.12") or a word; the number as plain text, else the text.
CREATE OR REPLACE TEMP MACRO cursor_amount(cost) AS CASE
    WHEN regexp_full_match(cost, '-?\$?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|-?\$[0-9]+(\.[0-9]+)?|\$-[0-9]+(\.[0-9]+)?')
        THEN regexp_replace(regexp_replace(cost, '[$,]', '', 'g'), '^--', '-')
    ELSE cost
END;
-- Words for "nothing is charged" in the place of an amount, and kinds of events that are not charged.
CREATE OR REPLACE TEMP MACRO cursor_is_word(cost) AS lower(trim(cost)) IN ('included', '-', 'free', 'nan', 'no charge');
CREATE OR REPLACE TEMP MACRO cursor_is_free(kind) AS coalesce(
    regexp_matches(kind, '(?i)^(included|free)|no charge|not charged'), false
);
-- What is billed, as text: the cost to you where it is told, nothing for an event that the plan includes.
CREATE OR REPLACE TEMP MACRO cursor_billed(kind, cost, cost_to_you) AS CASE
    WHEN cost_to_you IS NOT NULL AND NOT cursor_is_word(cost_to_you) THEN cursor_amount(cost_to_you)
    WHEN cost_to_you IS NOT NULL OR cursor_is_free(kind) OR cursor_is_word(cost) THEN '0'
    ELSE cursor_amount(cost)
END;
-- What the event is worth, as text: NULL where only a word stands.
CREATE OR REPLACE TEMP MACRO cursor_worth(cost) AS CASE WHEN NOT cursor_is_word(cost) THEN cursor_amount(cost) END;
