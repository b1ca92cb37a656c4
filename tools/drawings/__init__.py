"""The drawings of the book: name -> function of the axes, made into files by `tools/draw.py`."""

import inspect

from . import classes, fields, machines, metals, spins, steps

DRAWINGS = {
    name: function
    for module in (spins, fields, metals, machines, steps, classes)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if hasattr(function, "height")
}
