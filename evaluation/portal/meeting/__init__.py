"""What happens between them: evaluations, submissions and editions. Each step is one transaction with its line in the log."""
