"""Is this backup already in my library? Asking, looking through what is missing, and acting."""
