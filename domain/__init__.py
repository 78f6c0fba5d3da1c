"""What people may do and what follows from it: values, rules and actions, without a framework and without waiting."""
