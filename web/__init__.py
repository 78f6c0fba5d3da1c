"""HTTP: health now; webhooks, metrics and feeds as they come."""
