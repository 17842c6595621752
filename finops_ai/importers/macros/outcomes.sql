-- What importers of outcomes share: what was known of an outcome before, and other systems' dates.

-- The outcome as the ledger holds it: NULL when it is new.
CREATE OR REPLACE TEMP MACRO outcome_known(issuer, key) AS (
    SELECT
        any_value({
            'status': known.status,
            'resolved_at_utc': known.resolved_at_utc,
            'reopened_at_utc': known.reopened_at_utc,
            'tags': known.tags
        })
    FROM outcome AS known
    WHERE known.source = issuer AND known.source_key = key
);

-- Dates as Jira, Salesforce and spreadsheets print them: 30/Oct/26 5:00 PM, 2026-09-01 10:00:00 +0200,
-- 9/1/2026 16:14, 9/1/2026, 4:14 PM.
CREATE OR REPLACE TEMP MACRO outcome_utc(t) AS coalesce(
    CASE WHEN regexp_full_match(t, '[0-9]{1,2}/[A-Za-z]{3}/[0-9]{2} .*') THEN
        try_strptime(t, ['%d/%b/%y %I:%M %p', '%d/%b/%y %H:%M', '%d/%b/%y %H:%M:%S'])
    END,
    CASE WHEN regexp_full_match(t, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4},? .*') THEN
        try_strptime(
            replace(t, ',', ''),
            ['%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %I:%M %p', '%m/%d/%Y %I:%M:%S %p']
        )
    END,
    as_epoch_utc(regexp_replace(regexp_replace(t, '^([0-9-]{10} [0-9:.]+) ([+-][0-9]{4})$', '\1\2'), ' UTC$', ''))
);

-- The text of a JSON list of words, or words between commas or blanks, as an object that says true of each.
CREATE OR REPLACE TEMP MACRO outcome_labels(words) AS '{' || coalesce(
    array_to_string(
        list_transform(
            list_sort(list_distinct(
                list_filter(
                    CASE
                        WHEN words LIKE '[%' AND json_valid(words) THEN list_transform(
                            from_json(words, '["JSON"]'),
                            LAMBDA word: coalesce(
                                json_extract_string(word, '$.name'), json_extract_string(word, '$')
                            )
                        )
                        ELSE string_split_regex(trim(words), '[, ]+')
                    END,
                    LAMBDA word: word <> ''
                )
            )),
            LAMBDA word: to_json(word)::VARCHAR || ':true'
        ), ','
    ), ''
) || '}';

-- An object without the keys that hold nothing; NULL when none is left.
CREATE OR REPLACE TEMP MACRO outcome_tags(labels, described) AS nullif(
    json_merge_patch(labels::JSON, described::JSON)::VARCHAR, '{}'
);

-- A list of {"id": 7, "value": "x"} as an object of what is filled: {"field_7": "x"}.
CREATE OR REPLACE TEMP MACRO outcome_fields(fields) AS '{' || coalesce(
    array_to_string(
        list_transform(
            list_filter(
                from_json(fields, '[{"id": "VARCHAR", "value": "JSON"}]'),
                LAMBDA field: coalesce(field.value, 'null') NOT IN ('null', '""', '[]', 'false')
            ),
            LAMBDA field: to_json('field_' || field.id)::VARCHAR || ':' || field.value::VARCHAR
        ), ','
    ), ''
) || '}';

-- Minutes, to a millionth: twelve digits before the point are two million years.
CREATE OR REPLACE TEMP MACRO as_minutes(t) AS CASE
    WHEN as_quantity(t) BETWEEN -999999999999 AND 999999999999 THEN CAST(as_quantity(t) AS DECIMAL(18, 6))
    WHEN t IS NOT NULL THEN bad_number(t)
END;
