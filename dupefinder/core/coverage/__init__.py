"""Is this backup already in my library? What given folders have of one another."""
