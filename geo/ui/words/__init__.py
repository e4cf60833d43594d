"""The words of each page, one module a page: ``WORDS = {"page.key": ("Vietnamese", "English")}``."""
