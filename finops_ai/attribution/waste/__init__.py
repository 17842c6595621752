"""Waste: what detectors claim of a month's calls, with money that two claim counted once."""

from finops_ai.attribution.waste.contract import Detector, Parameter, load_detectors, parse_detector
from finops_ai.attribution.waste.find import Finding, Spend, Waste, find_waste, forget, look, validate

__all__ = [
    "Detector",
    "Finding",
    "Parameter",
    "Spend",
    "Waste",
    "find_waste",
    "forget",
    "load_detectors",
    "look",
    "parse_detector",
    "validate",
]
