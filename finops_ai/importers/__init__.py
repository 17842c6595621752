"""Importing: one `.sql` file per format, staged, typed, compared with what is known, appended."""

from finops_ai.importers.heads import read_head
from finops_ai.importers.load import Options, ingest
from finops_ai.importers.registry import Registry, load_registry
from finops_ai.importers.results import FileResult, Reject
from finops_ai.importers.sources import SourceFile, find_sources

__all__ = [
    "FileResult",
    "Options",
    "Registry",
    "Reject",
    "SourceFile",
    "find_sources",
    "ingest",
    "load_registry",
    "read_head",
]
