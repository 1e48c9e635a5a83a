"""What NovaPay asks of the world outside AWS, each behind a port."""
