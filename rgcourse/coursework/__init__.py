"""Coursework: assignments made from one source, and grades that a submission cannot touch.

`source` makes notebooks from a tagged source, `variants` draws every student's own numbers from
a class secret, `key` computes the hidden cases. Whatever a student hands in comes in by `door`;
`sandbox` runs it, behind `walls` of one of the `levels` and in the `shell` of IPython, in a process
that is given inputs and returns plain data, and `tree` and `clock` count what it takes; `grade`
judges, `journal` remembers, `tables` are written. The command is `rgcourse`.
"""

__all__: list[str] = []  # its modules are imported one by one
