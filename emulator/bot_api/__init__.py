"""The Bot API over HTTP: one module for each family of methods, one table of them, and the routes around it."""
