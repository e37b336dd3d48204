"""A controller for each thing a person can ask for: it asks the services, shows the answers."""
