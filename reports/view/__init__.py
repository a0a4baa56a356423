"""From an edition and a language to what the templates set: texts ready to print, and charts."""
