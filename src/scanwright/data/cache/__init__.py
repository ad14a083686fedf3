"""The cache for what is not bars: tiers that hold a provider's answers for as long as they are good."""
