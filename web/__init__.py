"""HTTP: webhooks, health, metrics; feeds as they come."""
