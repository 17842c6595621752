"""Brightwater Insurance: an invented company whose bills, logs and outcomes fill `samples/`."""
