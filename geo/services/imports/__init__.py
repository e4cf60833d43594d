"""Files that come in: read, resolved, previewed, merged, taken back."""
