"""Looking for what identifies a person: by itself (identifying) and in combination (anonymity)."""
