// The package's numba kernels, compiled to WebAssembly, and the memory they work in.

const TYPES = {
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Instantiate a module of kernels. They import nothing but mathematics. Where the browser knows
 *  the instructions of a second module, its kernels take the place of their namesakes. */
export async function loadKernels(bytes, faster) {
  const { exp, log, log1p } = Math;
  const { instance } = await WebAssembly.instantiate(bytes, { env: { exp, log, log1p } });
  const kernels = new Kernels(instance.exports);
  if (faster && WebAssembly.validate(faster)) {
    const { memory } = kernels;
    Object.assign(kernels, (await WebAssembly.instantiate(faster, { env: { memory } })).instance.exports);
  }
  return kernels;
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
