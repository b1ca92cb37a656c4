"""A WebAssembly module of the package as a page holds it, for tests; and the tool that makes it."""

import functools
import importlib.util
import math
from pathlib import Path

import numpy as np
import wasmtime
from numba import njit

ROOT = Path(__file__).resolve().parents[1]


def load_tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build_wasm = load_tool("build_wasm")


@functools.cache
def native(kernel):
    """The kernel as numba compiles it for this machine, with the arithmetic of the page."""
    return njit(error_model="numpy")(kernel)


class Page:
    """A WebAssembly module as a page holds it: memory by address, and only mathematics imported.

    The kernels of a second module take the place of their namesakes, in the memory of the first.
    """

    def __init__(self, family, faster=None):
        engine = wasmtime.Engine()
        self.store = wasmtime.Store(engine)
        linker = wasmtime.Linker(engine)
        kind = wasmtime.FuncType([wasmtime.ValType.f64()], [wasmtime.ValType.f64()])
        for function in (math.exp, math.log, math.log1p):
            linker.define_func("env", function.__name__, kind, function)

        def exports(name):
            module = wasmtime.Module.from_file(engine, str(build_wasm.TARGET / name))
            return linker.instantiate(self.store, module).exports(self.store)

        first = exports(family)
        self.memory = first["memory"]
        self.top = first["__heap_base"].value(self.store)
        self.exports = dict(first)
        if faster:
            linker.define(self.store, "env", "memory", self.memory)
            self.exports |= dict(exports(faster))

    def put(self, array):
        """Copy an array into fresh memory; its address."""
        address = -(-self.top // 16) * 16
        self.top = address + array.nbytes
        missing = self.top - self.memory.data_len(self.store)
        if missing > 0:
            self.memory.grow(self.store, -(-missing // 65536))
        self.memory.write(self.store, array.tobytes(), address)
        return address

    def get(self, address, like):
        """The numbers at an address, with the type and length of another array."""
        raw = self.memory.read(self.store, address, address + like.nbytes)
        return np.frombuffer(bytes(raw), like.dtype)

    def call(self, name, *arguments):
        return self.exports[name](self.store, *arguments)
