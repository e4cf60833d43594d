"""The four works in figures."""
