"""The synthetic city: deterministic frames from parameters and a seed. Never a real record."""
