"""The register: laws, provisions, measures, indicators and targets as data."""
