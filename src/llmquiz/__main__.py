"""`python -m llmquiz`."""

from llmquiz.cli import main

main()
