"""Measures on places: pure functions, arrays and frames in, results out. No clock, no database."""
