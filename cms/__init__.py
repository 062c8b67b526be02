"""Home and information pages, StreamField blocks, site-wide presentation."""
