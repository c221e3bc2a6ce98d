"""What the reverse proxy of the profile tls is made of."""
