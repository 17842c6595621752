-- First pass: a value that cannot be typed stops the statement with its own message.
CREATE OR REPLACE TEMP MACRO bad_number(t) AS error('"' || t || '" is not a plain number');
CREATE OR REPLACE TEMP MACRO bad_count(t) AS error('"' || t || '" is not a whole number from 0');
CREATE OR REPLACE TEMP MACRO bad_instant(t) AS error('"' || t || '" is not a date or time');
CREATE OR REPLACE TEMP MACRO bad_json(t) AS error('"' || t || '" is not valid JSON');
CREATE OR REPLACE TEMP MACRO bad_text(t) AS error('"' || t || '" is blank');
CREATE OR REPLACE TEMP MACRO bad_status(t) AS error('"' || t || '" is not success, failed, escalated, abandoned or open');
