"""Plans for beats: drafts, what solvers propose, decisions, covers, handovers."""
