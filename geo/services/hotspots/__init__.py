"""Hotspots: density, tests of change, repeats, risk and the places they name."""
