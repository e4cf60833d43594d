"""Who is responsible for what, on any day."""
