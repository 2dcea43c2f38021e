"""Classes of students: nbgrader courses, and many submissions at once."""
