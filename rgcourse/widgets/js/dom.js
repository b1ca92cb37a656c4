// Small helpers for elements, numbers and canvases.

/** An element; attributes that are functions are listeners, children may be text. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/** Set an element's text where it differs: to write the same text again costs a layout. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A number with a true minus sign. */
export function number(x, digits) {
  return x
    .toFixed(digits)
    .replace(/^-(?=0\.?0*$)/, "")
    .replace("-", "\u2212");
}

/** A value with its error, where there is one, both with so many digits. */
export function withError(value, error, digits) {
  return number(value, digits) + (error === undefined ? "" : ` ± ${number(error, digits)}`);
}

/** Fit a canvas to its size on screen: { width, height, pen }, in pixels of the page. */
export function fitted(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const pen = canvas.getContext("2d");
  pen.scale(devicePixelRatio, devicePixelRatio);
  pen.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  return { width, height, pen };
}

/** A number between two ends, or the nearer end. */
export function clamp(x, low, high) {
  return Math.min(high, Math.max(low, x));
}

/** `n` numbers from low to high, evenly. */
export function linspace(low, high, n) {
  return Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
}

/** A typed array from the base64 text of its bytes. */
export function fromBase64(text, Type = Uint8Array) {
  return new Type(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
}
