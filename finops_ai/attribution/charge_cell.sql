-- One row per charge of $month: table charge_cell.
INSERT INTO charge_cell
SELECT $month, charge_id, cell_id
FROM charge_row
