"""Statements of the load, one a file."""
