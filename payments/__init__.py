"""Payment providers: what they need to be told, and what they report, as values of the domain."""
