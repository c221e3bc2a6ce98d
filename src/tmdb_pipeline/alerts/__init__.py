"""Alerts: what a person is told without having asked, kept on the lake before it is sent."""
