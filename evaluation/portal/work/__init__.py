"""What takes longer than a page may: checks and runs, as jobs that survive a restart."""
