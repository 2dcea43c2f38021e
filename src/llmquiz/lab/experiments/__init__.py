"""One file a lab: its words in `ABOUT`, its measurement in `run`."""
