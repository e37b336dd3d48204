"""Controllers, one for each kind of request: they call services in tasks and show the results."""
