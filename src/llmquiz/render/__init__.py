"""Turns records into text and JSON. Pure functions: nothing here prints."""
