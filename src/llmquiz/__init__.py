"""llmquiz: exercises and questions on how large language models work inside."""

__version__ = "0.1.0"

__all__ = ["__version__", "check"]


def __getattr__(name: str) -> object:
    """`llmquiz.check`, imported when it is used: the command line needs none of it."""
    if name == "check":
        from llmquiz.notebook import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
