"""The composite engine: panels of units and years, a method as data, one result."""
