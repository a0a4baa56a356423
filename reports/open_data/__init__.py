"""An edition as open data: the same tables as CSV, XLSX and SDMX-CSV, with a machine-readable description."""
