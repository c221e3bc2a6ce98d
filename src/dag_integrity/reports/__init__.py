"""What came of linting, in the forms that people and machines read."""
