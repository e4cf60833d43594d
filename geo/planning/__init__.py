"""Areas and who has them: plans, checked and with proofs."""
