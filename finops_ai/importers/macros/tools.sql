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
