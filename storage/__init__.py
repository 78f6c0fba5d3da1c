"""Tables, stores and the one transaction. SQL is spoken here and nowhere else."""
