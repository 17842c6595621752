-- Recovery, first reading: a value that cannot be typed is NULL.
CREATE OR REPLACE TEMP MACRO bad_number(t) AS NULL;
CREATE OR REPLACE TEMP MACRO bad_count(t) AS NULL;
CREATE OR REPLACE TEMP MACRO bad_instant(t) AS NULL;
CREATE OR REPLACE TEMP MACRO bad_json(t) AS NULL;
CREATE OR REPLACE TEMP MACRO bad_text(t) AS NULL;
CREATE OR REPLACE TEMP MACRO bad_status(t) AS NULL;
