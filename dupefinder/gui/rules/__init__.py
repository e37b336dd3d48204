"""The Rules page and the overview: choosing among many groups."""
