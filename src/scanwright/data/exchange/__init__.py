"""The simulated exchange: any market on disk, served over HTTP and WebSocket as badly as one likes."""
