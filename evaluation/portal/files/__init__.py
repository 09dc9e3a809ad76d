"""Files encrypted at rest."""
