"""Plans: who holds which block. Pure: no clock, no database, seeded randomness only."""
