"""What is said: functions that turn facts into screens, in the reader's words. One module per feature."""
