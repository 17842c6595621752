"""The statistical engine: series of floats in, paths with intervals out. numpy loads with this package."""
