"""The entry point, the configuration, and the one place where concrete things meet."""
