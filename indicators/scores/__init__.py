"""Scores: rates, paths and composites as pure functions; no I/O, no clock."""
