"""The Upkeep page."""
