"""What people call things otherwise than the contract: codes and headers in common words, as far as they can be told."""
