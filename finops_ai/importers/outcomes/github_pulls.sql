-- importer: github_pulls
-- title: GitHub, pull requests
-- tested on: a public repository's merge history (MIT); the API's shapes from documentation
-- feeds: outcome
-- reads: json, jsonl, csv
-- recognised by: number, merged_at | mergedAt
-- optional: state, closed_at | closedAt, updated_at | updatedAt, repository, nameWithOwner, base, head, headRefName | head_ref | branch, merge_commit_sha, mergeCommit, labels, title, body, html_url | url, pull_request, change_type, is_revert, reverts_number
-- identity: row
-- on repeat: latest updated_at_utc
-- records: data.repository.pullRequests.nodes[] | data.repository.pullRequests.edges[].node | data.search.nodes[] | data.search.edges[].node | items[]
-- ordered: yes
-- json: base, head, mergeCommit, pull_request
-- quirks: One outcome `change_merged` per pull request, known as owner/name#number: a success when it was merged, failed when it was closed without. Open ones are none yet, and are ignored.
-- quirks: Read are the REST list, the GraphQL answer, the output of `gh pr list --json number,state,mergedAt,closedAt,headRefName,url,title,body` and CSV with the columns number and merged_at.
-- quirks: The branch is kept as tag git_branch, the name under which coding agents log it.
-- quirks: A merged revert takes back the change that it reverts, in the month in which that was merged; the revert itself is no outcome. The revert of a revert is a change again.
-- quirks: A number without a repository (gh without url) is known by the number alone: export one repository then.
WITH pull AS (
    SELECT
        *,
        coalesce(
            CASE WHEN repository LIKE '{%' AND json_valid(repository) THEN coalesce(
                json_extract_string(repository, '$.nameWithOwner'), json_extract_string(repository, '$.full_name')
            ) ELSE repository END,
            "nameWithOwner",
            json_extract_string(base, '$.repo.full_name'),
            nullif(
                regexp_extract(html_url, '://[^/]+/(?:api/v3/)?(?:repos/)?([^/]+/[^/]+)/(?:pull|pulls|issues)/', 1), ''
            )
        ) AS repository_name,
        outcome_utc(coalesce(merged_at, json_extract_string(pull_request, '$.merged_at'))) AS merged_utc,
        outcome_utc(closed_at) AS closed_utc,
        outcome_utc(updated_at) AS updated_utc,
        coalesce("headRefName", json_extract_string(head, '$.ref')) AS branch,
        CASE
            WHEN lower(is_revert) = 'true' THEN reverts_number
            WHEN title LIKE 'Revert "%' AND title NOT LIKE 'Revert "Revert "%' THEN coalesce(
                reverts_number,
                nullif(regexp_extract(body, '(?i)\breverts +(?:[\w.-]+/[\w.-]+)?#([0-9]+)', 1), ''),
                nullif(
                    regexp_extract(coalesce("headRefName", json_extract_string(head, '$.ref')), '^revert-([0-9]+)-', 1),
                    ''
                )
            )
        END AS reverted_number
    FROM raw
),

named AS (
    SELECT
        *,
        coalesce(repository_name || '#', '') || number AS pull_key,
        coalesce(repository_name || '#', '') || reverted_number AS reverted_key
    FROM pull
),

-- What the merged reverts of these files take back, and since when.
taken_back AS (
    SELECT reverted_key AS pull_key, min(merged_utc) AS taken_back_utc
    FROM named
    WHERE reverted_key IS NOT NULL AND merged_utc IS NOT NULL
    GROUP BY reverted_key
),

present AS (SELECT DISTINCT pull_key FROM named WHERE merged_utc IS NOT NULL AND reverted_key IS NULL),

told AS (
    SELECT
        named.*,
        taken_back.taken_back_utc,
        present.pull_key IS NOT NULL AS reverts_one_here,
        coalesce(named.reverted_key, named.pull_key) AS key,
        outcome_known('github_pulls', coalesce(named.reverted_key, named.pull_key)) AS known,
        max(named.closed_utc) FILTER (named.merged_utc IS NULL AND lower(named.state) <> 'open') OVER (
            PARTITION BY named.pull_key ORDER BY named.file_number, named.record_number ROWS UNBOUNDED PRECEDING
        ) AS closed_before_utc
    FROM named
    LEFT JOIN taken_back ON taken_back.pull_key = named.pull_key
    LEFT JOIN present ON present.pull_key = named.reverted_key
),

judged AS (
    SELECT
        *,
        reverted_key IS NOT NULL AND merged_utc IS NOT NULL AS is_revert_merged,
        coalesce(merged_utc, CASE WHEN lower(state) <> 'open' THEN closed_utc END) AS own_utc
    FROM told
)

SELECT
    row_number,
    CASE
        WHEN html_url LIKE '%/issues/%' AND pull_request IS NULL THEN 'an issue, no pull request'
        WHEN reverted_key IS NOT NULL AND merged_utc IS NULL THEN 'a revert that was not merged'
        WHEN is_revert_merged AND (reverts_one_here OR known IS NULL) THEN 'a revert'
        WHEN merged_utc IS NULL AND lower(state) = 'open' AND closed_before_utc IS NULL AND known IS NULL
            THEN 'still open'
    END AS ignored_because,
    key AS source_key,
    key AS outcome_id,
    'change_merged' AS kind,
    CASE
        WHEN number IS NULL THEN NULL
        WHEN is_revert_merged THEN known.status
        WHEN merged_utc IS NOT NULL THEN 'success'
        WHEN lower(state) IN ('closed', 'merged') OR closed_utc IS NOT NULL THEN 'failed'
        WHEN lower(state) = 'open' THEN 'open'
        WHEN state IS NOT NULL THEN bad_status(state)
    END AS status,
    CASE
        WHEN is_revert_merged THEN known.resolved_at_utc
        ELSE coalesce(own_utc, closed_before_utc, known.resolved_at_utc)
    END AS resolved_at_utc,
    CASE
        WHEN is_revert_merged THEN merged_utc
        WHEN merged_utc IS NOT NULL
            THEN coalesce(taken_back_utc, CASE WHEN known.status = 'success' THEN known.reopened_at_utc END)
        WHEN own_utc IS NULL THEN coalesce(known.reopened_at_utc, updated_utc)
    END AS reopened_at_utc,
    updated_utc AS updated_at_utc,
    CASE WHEN is_revert_merged THEN known.tags ELSE outcome_tags(
        outcome_labels(coalesce(json_extract(CASE WHEN labels LIKE '{%' THEN labels END, '$.nodes')::VARCHAR, labels)),
        json_object(
            'repository', repository_name,
            'number', number,
            'git_branch', branch,
            'merge_commit_sha', coalesce(merge_commit_sha, json_extract_string("mergeCommit", '$.oid')),
            'change_type', change_type
        )
    ) END AS tags
FROM judged
ORDER BY file_number, record_number
