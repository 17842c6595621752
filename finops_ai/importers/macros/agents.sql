-- What coding agents write down of themselves: macros of the Codex importer.

-- The counts of one usage object as text: input (cached inside), cached, output (reasoning inside), reasoning,
-- total.
CREATE OR REPLACE TEMP MACRO codex_counts(usage) AS CASE
    WHEN starts_with(usage, '{') THEN json_extract_string(usage, [
        '$.input_tokens', '$.cached_input_tokens', '$.output_tokens', '$.reasoning_output_tokens', '$.total_tokens'
    ])
END;
-- A count since the running total before; totals that fell began anew.
CREATE OR REPLACE TEMP MACRO codex_since(total, before, began_anew) AS CASE
    WHEN began_anew OR before IS NULL THEN coalesce(as_count(total), 0)
    ELSE greatest(coalesce(as_count(total), 0) - as_count(before), 0)
END;
