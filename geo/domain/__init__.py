"""The vocabulary every other layer speaks: CRS border, frame contracts, roles, results, errors."""
