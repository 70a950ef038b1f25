/**
 * The telephone numbers of a soak. People of one household share a number, and promises to them may name a further one. A number
 * that turned out wrong, or that asked not to be called, has a successor: the next import corrects it, and the next promise names
 * it.
 */
export type Numbers = {
  /** The number of this user in the next import. */
  own: (user: number) => string;
  /** The further number of the household of this user. */
  further: (user: number) => string;
  retire: (phone: string) => void;
};

/** The number of people in a household. */
const HOUSEHOLD = 2;
/** Each kind of number has a range of its own, and each successor the next number of its hundred. */
const RANGES = { shared: 400_000, corrected: 410_000, further: 420_000 };

export function numbersOf(): Numbers {
  const retired = new Set<string>();
  const generations = new Map<number, number>();
  const phone = (range: number, of: number) => {
    const first = range + of * 100;
    const at = first + (generations.get(first) ?? 0);
    const found = `+442079${at}`;
    if (!retired.has(found)) return found;
    generations.set(first, at - first + 1);
    return `+442079${at + 1}`;
  };
  const householdOf = (user: number) => Math.floor(user / HOUSEHOLD);
  return {
    own(user) {
      const shared = `+442079${RANGES.shared + householdOf(user)}`;
      return retired.has(shared) ? phone(RANGES.corrected, user) : shared;
    },
    further: (user) => phone(RANGES.further, householdOf(user)),
    retire: (number) => void retired.add(number),
  };
}
