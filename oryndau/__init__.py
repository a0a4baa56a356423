"""The front door: settings, pipeline, command line, launcher."""
