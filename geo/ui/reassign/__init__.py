"""The Reassign page: the planner's desk."""
