-- Recovery, second reading: a value that cannot be typed is a marker. Where the two readings
-- differ, a column depends on a bad value: that is how its name is found.
CREATE OR REPLACE TEMP MACRO bad_number(t) AS 7777777777.777::DECIMAL(38, 15);
CREATE OR REPLACE TEMP MACRO bad_count(t) AS 777777777777::BIGINT;
CREATE OR REPLACE TEMP MACRO bad_instant(t) AS TIMESTAMP '1777-07-07 07:07:07';
CREATE OR REPLACE TEMP MACRO bad_json(t) AS '{"marker":777777777777}';
CREATE OR REPLACE TEMP MACRO bad_text(t) AS chr(7);
CREATE OR REPLACE TEMP MACRO bad_status(t) AS chr(7);
