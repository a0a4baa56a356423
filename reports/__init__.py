"""Reports: the frozen edition, its sentences, charts and pages."""
