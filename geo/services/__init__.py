"""Use cases: permission, transaction, audit. One file a use case."""
