"""llmquiz: exercises and questions on how large language models work inside."""

__version__ = "0.1.0"
