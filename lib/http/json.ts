import { Refusal } from "#lib/base/errors";

/** Maximum nesting of arrays and objects in a request. */
const MAX_DEPTH = 64;
/** Longer runs of digits cannot be ids; converting them to a bigint would only cost time. */
const MAX_DIGITS = 40;
/** Whole numbers with fewer digits are exact. */
const LEAST_INEXACT_DIGITS = 16;
/** More keys and values than the largest import has; each costs time, however few bytes it is. */
const MAX_VALUES = 100_000;

/**
 * Parses JSON of a request. Whole numbers beyond 2^53 become exact bigints. Refuses `invalid_input`: broken JSON, more than 64
 * levels or 100,000 keys and values, a key that an object has twice, because parsers differ on which one counts, and the key
 * `__proto__`, which only attacks use.
 */
export function parseJson(text: string): unknown {
  const { depth, keys, values, hasLongNumber } = shapeOf(text);
  if (depth > MAX_DEPTH) {
    throw new Refusal("invalid_input", `The JSON is nested deeper than ${MAX_DEPTH} levels; send it flatter.`);
  }
  if (values > MAX_VALUES) {
    throw new Refusal("invalid_input", `The JSON has more than ${MAX_VALUES} keys and values; send less at once.`);
  }
  const parsed = parse(text, hasLongNumber);
  if (keysIn(parsed) === keys) return parsed;
  throw new Refusal("invalid_input", "An object has the same key twice; give each once.");
}

function parse(text: string, hasLongNumber: boolean): unknown {
  try {
    // A reviver takes ten times as long. Its type does not know the source text yet.
    return hasLongNumber ? JSON.parse(text, exactly as (key: string, value: unknown) => unknown) : JSON.parse(text);
  } catch {
    throw new Refusal("invalid_input", "The body is not valid JSON.");
  }
}

function exactly(_key: string, value: unknown, { source }: { source?: string }): unknown {
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value);
  if (!isRounded || source === undefined || source.length > MAX_DIGITS) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** The number of keys in all of its objects. */
function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + keysIn(one), 0);
  let sum = 0;
  for (const [key, one] of Object.entries(value)) {
    if (key === "__proto__") throw new Refusal("invalid_input", "The key __proto__ is not allowed.");
    sum += 1 + keysIn(one);
  }
  return sum;
}

const [QUOTE, BACKSLASH, COLON, COMMA, ZERO, NINE] = [0x22, 0x5c, 0x3a, 0x2c, 0x30, 0x39];
const OPEN = [0x7b, 0x5b];
const CLOSE = [0x7d, 0x5d];

/**
 * The nesting of a text, so that a deep one is refused before anything recursive sees it; the number of keys of its objects, each
 * of which a colon follows; roughly the number of keys and values; and whether a number may be too long to be exact. Only counts
 * outside of strings.
 */
function shapeOf(text: string): { depth: number; keys: number; values: number; hasLongNumber: boolean } {
  const found = { depth: 0, keys: 0, values: 0, hasLongNumber: false };
  let [level, digits] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    digits = char >= ZERO && char <= NINE ? digits + 1 : 0;
    if (digits >= LEAST_INEXACT_DIGITS) found.hasLongNumber = true;
    if (char === QUOTE) at = endOfString(text, at);
    else if (char === COLON) found.keys += 1;
    else if (char === COMMA) found.values += 1;
    else if (OPEN.includes(char)) {
      level += 1;
      found.depth = Math.max(found.depth, level);
    } else if (CLOSE.includes(char)) level -= 1;
  }
  return { ...found, values: found.values + found.keys };
}

/** The closing quote of the string that begins here, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at += 1;
    else if (char === QUOTE) return at;
  }
  return text.length;
}
