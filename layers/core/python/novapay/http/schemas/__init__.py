"""The bodies that clients send and get, one module a service."""
