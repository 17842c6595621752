-- The workflows of finops.yaml as $month was attributed with them: table workflow_register.
INSERT INTO workflow_register
SELECT
    $month,
    unnest($names::VARCHAR []),
    unnest($owners::VARCHAR []),
    unnest($teams::VARCHAR []),
    unnest($departments::VARCHAR []),
    unnest($cost_centres::VARCHAR []),
    unnest($gl_codes::VARCHAR []),
    unnest($products::VARCHAR [])
