-- OpenAI prints "gpt-5, cached input": the model, then the kind.
CREATE OR REPLACE TEMP MACRO openai_token_kind(line_item) AS CASE trim(split_part(line_item, ',', -1))
    WHEN 'input' THEN 'input_uncached'
    WHEN 'cached input' THEN 'cache_read'
    WHEN 'cache write' THEN 'cache_write'
    WHEN 'output' THEN 'output'
    WHEN 'audio input' THEN 'input_audio'
    WHEN 'audio output' THEN 'output_audio'
END;

CREATE OR REPLACE TEMP MACRO openai_quantity(quantity, unit) AS CASE unit
    WHEN '1000_tokens' THEN CAST(as_quantity(quantity) * 1000 AS DECIMAL(38, 15))
    ELSE as_quantity(quantity)
END;

CREATE OR REPLACE TEMP MACRO openai_unit(unit) AS CASE
    WHEN unit IN ('tokens', '1000_tokens') THEN 'Tokens'
    ELSE unit
END;
