"""Charts as SVG: drawn by matplotlib in points, with text that stays text.

A chart gets plain numbers and strings that are ready to print, and returns SVG. Its title and
subtitle are text of the document; its alternative text is made from the same numbers by
``reports.view``.
"""
