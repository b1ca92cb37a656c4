"""Coursework: assignments made from one source, and grades that a submission cannot touch.

`source` makes notebooks from a tagged source, `variants` draws every student's own numbers from
a class secret, `key` computes the hidden cases, `sandbox` runs a submission in a process that is
given inputs and returns plain data, `grade` judges and writes the table. The command is `rgcourse`.
"""

__all__: list[str] = []  # its modules are imported one by one
