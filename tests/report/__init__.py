"""``icebound report``: folders as rows, rows as a page, the page in a browser."""
