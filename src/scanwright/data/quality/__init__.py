"""What bars and corporate actions are worth: what only their neighbours can tell to be wrong, and what is missing."""
