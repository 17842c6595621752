-- Batch and priority are billed at rates of their own, so they are no part of a standard cell.

-- service_tier as the bill states it, for token lines; NULL for everything else.
ALTER TABLE cell ADD COLUMN service_tier VARCHAR;
