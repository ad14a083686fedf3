"""Settings, wiring, commands: the only place that knows everything."""
