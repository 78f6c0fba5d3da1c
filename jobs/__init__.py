"""The clock's work: what is due is looked for in rows, and done; nothing is remembered in the process."""
