"""What makes a provider bearable on a bad network: layers that are providers themselves, each around another one."""
