"""The stages of a run, one file each: universe, bars, screen, enrich, score."""
