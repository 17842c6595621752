"""SQL macros that type the text of importers."""
