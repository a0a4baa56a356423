"""An edition as a static page for a browser: no script, no request, the same figures as the PDF."""
