"""What nbgrader_config.py says."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader

from llmquiz.errors import UsageProblem


@dataclass(frozen=True)
class Settings:
    """What nbgrader_config.py says to our own preprocessor."""

    trust: bool
    secret: str
    content: str

    def document(self) -> dict[str, str]:
        """For the processes that judge."""
        return {"secret": self.secret, "content": self.content}


def configuration(file: Path) -> Config:
    """nbgrader_config.py. Raises UsageProblem with the line where it is wrong."""
    try:
        config: Config = PyFileConfigLoader(
            file.name, path=str(file.parent.resolve())
        ).load_config()
    except SyntaxError as error:
        place = f"{file}:{error.lineno}"
        raise UsageProblem("course_config", place=place, error=error.msg) from error
    except Exception as error:  # it is a program: anything can happen
        lines = [
            f.lineno for f in traceback.extract_tb(error.__traceback__) if file.name in f.filename
        ]
        place = f"{file}:{lines[-1]}" if lines else str(file)
        text = f"{type(error).__name__}: {error}"
        raise UsageProblem("course_config", place=place, error=text) from error
    return config


def error_text(error: Exception) -> str:
    """One line of an error of the gradebook's or of a file's."""
    original = getattr(error, "orig", None) or error
    return f"{type(original).__name__}: {str(original).splitlines()[0] if str(original) else ''}"
