"""One `.sql` file per detector of waste: docs/waste.md says what each looks for."""
