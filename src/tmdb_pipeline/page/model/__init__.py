"""The section on the model, where there is one in use."""
