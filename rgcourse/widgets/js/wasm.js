// The package's numba kernels, compiled to WebAssembly, and the memory they work in.

const TYPES = { int8: Int8Array, int32: Int32Array, uint32: Uint32Array };

/** Instantiate a module of kernels. They import nothing but exp and log. */
export async function loadKernels(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes, { env: { exp: Math.exp, log: Math.log } });
  return new Kernels(instance.exports);
}

export class Kernels {
  constructor(exports) {
    Object.assign(this, exports);
    this.top = exports.__heap_base.value;
  }

  /** Address of fresh memory for `length` numbers of a type. Nothing is ever given back. */
  allocate(type, length) {
    const address = (this.top + 15) & ~15;
    this.top = address + length * TYPES[type].BYTES_PER_ELEMENT;
    const missing = this.top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
    return address;
  }

  /** A view of memory. It dies when memory grows, so take it anew for each use. */
  view(type, address, length) {
    return new TYPES[type](this.memory.buffer, address, length);
  }
}

export function decodeBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
