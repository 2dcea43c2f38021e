"""The conceptual questions: the bank, the quiz, the review. Nothing here imports torch."""
