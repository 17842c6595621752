-- The ledger's own tables. Money DECIMAL(38,15), tokens BIGINT, instants TIMESTAMP in UTC.
-- Row tables carry no keys: indexes cannot spill, and load checks identity itself.

CREATE TABLE ledger_head (
    batch_id BIGINT NOT NULL,
    running_hash VARCHAR NOT NULL,
    charge_rows BIGINT NOT NULL,
    usage_rows BIGINT NOT NULL,
    outcome_rows BIGINT NOT NULL
);

CREATE TABLE imported_file (
    file_id INTEGER PRIMARY KEY,
    sha256 VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    importer VARCHAR NOT NULL,
    feeds VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    rows_added BIGINT NOT NULL,
    rows_repeated BIGINT NOT NULL,
    rows_replaced BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    rows_ignored BIGINT NOT NULL,
    rows_rounded BIGINT NOT NULL,
    rounded_total DECIMAL(38,33) NOT NULL,
    first_at_utc TIMESTAMP,
    last_at_utc TIMESTAMP,
    imported_at_utc TIMESTAMP NOT NULL
);

CREATE TABLE reject (
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    line BIGINT,
    column_name VARCHAR,
    reason VARCHAR NOT NULL,
    raw_text VARCHAR
);

CREATE TABLE charge (
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    charge_id BIGINT GENERATED ALWAYS AS ((file_id::BIGINT << 36) + row_number) VIRTUAL,
    source VARCHAR NOT NULL,
    source_key VARCHAR,
    provider VARCHAR NOT NULL,
    model_name VARCHAR,
    model_id VARCHAR,
    token_kind VARCHAR,
    service_tier VARCHAR,
    endpoint_scope VARCHAR,
    api_key_id VARCHAR,
    allocated_method_details VARCHAR,
    allocated_method_id VARCHAR,
    allocated_resource_id VARCHAR,
    allocated_resource_name VARCHAR,
    allocated_tags VARCHAR,
    availability_zone VARCHAR,
    billed_cost DECIMAL(38,15) NOT NULL,
    billing_account_id VARCHAR NOT NULL,
    billing_account_name VARCHAR,
    billing_account_type VARCHAR,
    billing_currency VARCHAR NOT NULL,
    billing_period_end_utc TIMESTAMP NOT NULL,
    billing_period_start_utc TIMESTAMP NOT NULL,
    capacity_reservation_id VARCHAR,
    capacity_reservation_status VARCHAR,
    charge_category VARCHAR NOT NULL,
    charge_class VARCHAR,
    charge_description VARCHAR,
    charge_frequency VARCHAR,
    charge_period_end_utc TIMESTAMP NOT NULL,
    charge_period_start_utc TIMESTAMP NOT NULL,
    commitment_discount_category VARCHAR,
    commitment_discount_id VARCHAR,
    commitment_discount_name VARCHAR,
    commitment_discount_quantity DECIMAL(38,15),
    commitment_discount_status VARCHAR,
    commitment_discount_type VARCHAR,
    commitment_discount_unit VARCHAR,
    consumed_quantity DECIMAL(38,15),
    consumed_unit VARCHAR,
    contract_applied VARCHAR,
    contracted_cost DECIMAL(38,15),
    contracted_unit_price DECIMAL(38,15),
    effective_cost DECIMAL(38,15),
    host_provider_name VARCHAR,
    invoice_id VARCHAR,
    invoice_issuer_name VARCHAR,
    list_cost DECIMAL(38,15),
    list_unit_price DECIMAL(38,15),
    pricing_category VARCHAR,
    pricing_currency VARCHAR,
    pricing_currency_contracted_unit_price DECIMAL(38,15),
    pricing_currency_effective_cost DECIMAL(38,15),
    pricing_currency_list_unit_price DECIMAL(38,15),
    pricing_quantity DECIMAL(38,15),
    pricing_unit VARCHAR,
    provider_name VARCHAR,
    publisher_name VARCHAR,
    region_id VARCHAR,
    region_name VARCHAR,
    resource_id VARCHAR,
    resource_name VARCHAR,
    resource_type VARCHAR,
    service_category VARCHAR,
    service_name VARCHAR,
    service_provider_name VARCHAR,
    service_subcategory VARCHAR,
    sku_id VARCHAR,
    sku_meter VARCHAR,
    sku_price_details VARCHAR,
    sku_price_id VARCHAR,
    sub_account_id VARCHAR,
    sub_account_name VARCHAR,
    sub_account_type VARCHAR,
    tags VARCHAR
);

CREATE TABLE token_usage (
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    usage_id UHUGEINT NOT NULL,
    source VARCHAR NOT NULL,
    source_key VARCHAR NOT NULL,
    at_utc TIMESTAMP NOT NULL,
    provider VARCHAR NOT NULL,
    model_name VARCHAR,
    model_id VARCHAR,
    service_tier VARCHAR NOT NULL DEFAULT 'standard',
    endpoint_scope VARCHAR,
    region_id VARCHAR,
    calls BIGINT NOT NULL DEFAULT 1,
    input_uncached_tokens BIGINT NOT NULL DEFAULT 0,
    cache_read_tokens BIGINT NOT NULL DEFAULT 0,
    cache_write_5m_tokens BIGINT NOT NULL DEFAULT 0,
    cache_write_1h_tokens BIGINT NOT NULL DEFAULT 0,
    cache_write_tokens BIGINT NOT NULL DEFAULT 0,
    input_audio_tokens BIGINT NOT NULL DEFAULT 0,
    output_tokens BIGINT NOT NULL DEFAULT 0,
    output_audio_tokens BIGINT NOT NULL DEFAULT 0,
    reasoning_tokens BIGINT NOT NULL DEFAULT 0,
    web_search_calls BIGINT NOT NULL DEFAULT 0,
    source_total_tokens BIGINT,
    status VARCHAR NOT NULL DEFAULT 'success',
    latency_ms BIGINT,
    trace_id VARCHAR,
    session_id VARCHAR,
    request_id VARCHAR,
    user_id VARCHAR,
    api_key_id VARCHAR,
    project_id VARCHAR,
    team_id VARCHAR,
    workflow_hint VARCHAR,
    tags VARCHAR,
    logged_cost DECIMAL(38,15)
);

CREATE TABLE outcome (
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    source_key VARCHAR NOT NULL,
    outcome_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    resolved_at_utc TIMESTAMP NOT NULL,
    final_after_utc TIMESTAMP,
    reopened_at_utc TIMESTAMP,
    session_id VARCHAR,
    trace_id VARCHAR,
    workflow_hint VARCHAR,
    value DECIMAL(38,15),
    value_currency VARCHAR,
    human_minutes_saved DECIMAL(18,6),
    tags VARCHAR
);

-- One row per file and what it covers; a later delivery of the same cover replaces it.
CREATE TABLE delivery (
    file_id INTEGER NOT NULL,
    importer VARCHAR NOT NULL,
    billing_account_id VARCHAR NOT NULL,
    month DATE NOT NULL,
    billing_currency VARCHAR NOT NULL,
    charge_rows BIGINT NOT NULL,
    billed_cost DECIMAL(38,15) NOT NULL,
    superseded_by_file_id INTEGER
);

CREATE TABLE charge_superseded AS
SELECT
    charge_id,
    columns(* EXCLUDE (charge_id)),
    0::INTEGER AS superseded_by_file_id
FROM charge
WHERE false;

-- The last batch that touched each month: what derived tables are compared with.
CREATE TABLE month_input (
    month DATE PRIMARY KEY,
    batch_id BIGINT NOT NULL
);

CREATE TABLE price (
    price_id VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    meter VARCHAR NOT NULL,
    endpoint_scope VARCHAR,
    service_tier VARCHAR NOT NULL,
    min_prompt_tokens BIGINT NOT NULL,
    unit_price DECIMAL(18,15) NOT NULL,
    currency VARCHAR NOT NULL,
    valid_from_utc TIMESTAMP NOT NULL,
    valid_to_utc TIMESTAMP,
    kind VARCHAR NOT NULL,
    source_url VARCHAR NOT NULL,
    checked_on DATE NOT NULL,
    recorded_at_utc TIMESTAMP NOT NULL
);

CREATE TABLE model_alias (
    provider VARCHAR NOT NULL,
    model_name VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    valid_from_utc TIMESTAMP NOT NULL,
    valid_to_utc TIMESTAMP,
    recorded_at_utc TIMESTAMP NOT NULL
);

CREATE TABLE period (
    month DATE PRIMARY KEY,
    state VARCHAR NOT NULL CHECK (state IN ('open', 'soft-closed', 'closed')),
    reported_sha256 VARCHAR,
    reported_at_utc TIMESTAMP
);
