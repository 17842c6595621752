"""The importers room."""
