const REACH = 5;
const DAY = /^(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|tonight)$/;
/** March and May are verbs as well. */
const MONTH = /^(?:january|february|april|june|july|august|september|october|november|december)$/;

/**
 * What is counted of a sentence in full English: its words, the words side by side (`a+b`), and the pairs of words in their order that
 * stand at most five apart (`a b`). A number, a day and a month are one word each, because which one it is decides nothing; `^` and `$`
 * are the beginning and the end.
 */
export function featuresOf(sentence: string): ReadonlySet<string> {
  const plain = sentence.toLowerCase().replaceAll(/\d+(?:[:.]\d+)?/g, "0");
  const words = (plain.match(/[a-z']+|0|[?!,;:&£$/()"“”-]/g) ?? []).map((word) =>
    DAY.test(word) ? "DAY" : MONTH.test(word) ? "MONTH" : word,
  );
  const places = ["^", ...words, "$"];
  const features = new Set(places);
  for (const [at, word] of places.entries()) {
    for (const other of places.slice(at + 1, at + 1 + REACH)) features.add(`${word} ${other}`);
    if (at + 1 < places.length) features.add(`${word}+${places[at + 1]}`);
  }
  return features;
}
