"""The prices room."""
