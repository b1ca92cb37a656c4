// Numbers as people write them: 0.44, 0,44, 4.4e-1, 1/2, 3^16, 0.441 ± 0.002, 0.441(2). The same as
// rgcourse/answers/typed.py reads in Jupyter; tests/typed_answers.json holds both.

const LONGEST = 300; // characters
const SAME = { "−": "-", "–": "-", "·": "*", "×": "*" };
const TEN = "\\*10(?:\\^|\\*\\*)";
const PLAIN = "[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)";
const POWER = `(?:[eE]|${TEN})[-+]?[0-9]+`;
const NUMBER = `${PLAIN}(?:${POWER})?`;
const BRACKET = new RegExp(`^(${PLAIN})\\(([0-9]+)\\)((?:${POWER})?)$`);
const RATIO = new RegExp(`^(${NUMBER})(?:(/|\\^|\\*\\*)(${NUMBER}))?$`);
const BETWEEN = /[ \t\r\n]*;[ \t\r\n]*|,[ \t\r\n]+|[ \t\r\n]+|,(?=[-+])/;
const AROUND = /[ \t\r\n]*(±|\+\/-|\+-|\/|\*\*|\*|\^)[ \t\r\n]*/g;
const OUTER = { "[": "]", "(": ")", "{": "}" };
const BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;

/** { values, error } of a typed answer, `error` undefined without one; an Error says what is wrong. */
export function readTyped(typed) {
  if (typed.length > LONGEST) throw new Error(`an answer has at most ${LONGEST} characters, got ${typed.length}`);
  let text = typed
    .replace(/[−–·×]/g, (sign) => SAME[sign])
    .replace(/[\u00a0\u2009\u202f']/g, "")
    .replace(BLANKS, "");
  if (text.length > 1 && OUTER[text[0]] === text.at(-1)) text = text.slice(1, -1).replace(BLANKS, "");
  const words = text.replace(AROUND, (_, sign) => (sign[0] === "+" ? "±" : sign)).split(BETWEEN);
  const pairs = words.filter((word) => word).map(pair);
  if (!pairs.length) throw new Error("there is no number yet");
  if (pairs.slice(0, -1).some(([, error]) => error !== undefined)) {
    throw new Error("only the last number may have an error");
  }
  return { values: pairs.map(([value]) => value), error: pairs.at(-1)[1] };
}

function pair(word) {
  const found = word.match(BRACKET);
  if (found) {
    const last = 10 ** -(found[1].split(/[.,]/)[1] ?? "").length;
    const scale = found[3] ? number(`1${found[3]}`) : 1;
    return [finite(number(found[1]) * scale, word), finite(number(found[2]) * last * scale, word)];
  }
  const place = word.indexOf("±");
  if (place < 0) return [finite(ratio(word), word), undefined];
  const error = finite(ratio(word.slice(place + 1)), word);
  if (error < 0) throw new Error(`an error is not negative, got ${word}`);
  return [finite(ratio(word.slice(0, place)), word), error];
}

/** A number, a ratio of two or a power; NaN for anything else. */
function ratio(word) {
  const found = word.match(RATIO);
  if (!found) return Number.NaN;
  const [, first, sign, second] = found;
  if (!sign) return number(first);
  return sign === "/" ? number(first) / number(second) : number(first) ** number(second);
}

const number = (word) => Number(word.replace(new RegExp(TEN), "e").replace(",", "."));

function finite(value, word) {
  if (Number.isFinite(value)) return value;
  const shown = word.length <= 40 ? word : `${word.slice(0, 40)}...`;
  throw new Error(
    `${shown} is no number that can be read here; write 0.44, 0,44, 4.4e-1, 1/2, 3^16, ` +
      "0.441 ± 0.002 or 0.441(2), and ; between several",
  );
}
