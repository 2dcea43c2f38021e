"""Tools for authors: is an exercise whole, and how does one begin a new one."""
