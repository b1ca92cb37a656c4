// Axes and numbers of windows so narrow that what distinguishes two numbers are their last digits.

import { number } from "./dom.js";
import { ticks } from "./plot.js";

const RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

/** 10 to a whole power, in letters. */
export function power(k) {
  const digits = [...`${Math.abs(k)}`].map((c) => RAISED[c]).join("");
  return `10${k < 0 ? "\u207b" : ""}${digits}`;
}

/** A number with so many digits and a power of ten: 4.7·10⁶. */
export function raised(value, digits) {
  if (value === 0) return "0";
  const [head, tail] = value.toExponential(digits - 1).split("e");
  return `${head.replace("-", "\u2212")}\u00b7${power(Number(tail))}`;
}

/** Ticks [value, text] of an axis that may run downwards; where the numbers agree in their first
 *  digits, those go into the label of the axis, and a tick says what is to be added. */
export function deepMarks(axis, count) {
  const [low, high] = axis.low < axis.high ? [axis.low, axis.high] : [axis.high, axis.low];
  const digits = Math.ceil(-Math.log10((high - low) / count) - 1e-9);
  if (digits <= 4) {
    axis.label = axis.name;
    const places = ticks(low, high, count);
    const shown = Math.max(0, Math.ceil(-Math.log10(places[1] - places[0]) - 1e-9));
    return places.map((v) => [v, number(v, shown)]);
  }
  const common = Math.min(15, digits - 2);
  const base = Number(((low + high) / 2).toFixed(common));
  axis.label = `${axis.name} = ${number(base, common)} + n\u00b7${power(-digits)}`;
  return ticks(low - base, high - base, count).map((v) => [base + v, number(v * 10 ** digits, 0)]);
}
