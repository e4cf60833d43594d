"""The Briefing page and its presentation."""
