"""Borders of blocks: proposed by those who know the ground, accepted from a day on."""
