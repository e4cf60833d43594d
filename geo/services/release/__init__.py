"""What may leave: decided against all that ever left."""
