"""What speaks to Docker Compose: the folder of the stack, its services, and what Docker says when it fails."""
