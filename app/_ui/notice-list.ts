/** An offer to take back what a notice says. `about`: what it was done to, as "callback 5". */
export type Offer = { about: string; takeBack: () => void };

export type Notice = { id: number; text: string; kind: "late" | "kept"; offer: Offer | null };

/** So many sentences without an offer stay in sight. */
const MOST_WITHOUT_OFFER = 2;

/**
 * The notices after another one. An offer stays for its own time, however many notices come after it; it ends early only
 * when something newer is done to the same thing, which it could not take back. The same sentence again is read once.
 */
export function withNotice(notices: readonly Notice[], added: Notice): Notice[] {
  const others = notices.filter(({ text, offer }) =>
    offer ? offer.about !== added.offer?.about : text !== added.text,
  );
  const plain = others.filter(({ offer }) => offer === null);
  const spare = new Set(plain.slice(0, Math.max(0, plain.length + 1 - MOST_WITHOUT_OFFER)));
  return [...others.filter((one) => added.offer !== null || !spare.has(one)), added];
}

/** The notices once nothing that was done to this can be taken back any more. */
export function withoutOffer(notices: readonly Notice[], about: string): Notice[] {
  return notices.filter(({ offer }) => offer?.about !== about);
}

/** Whose offer the key takes: what was done last, and nothing when that cannot be taken back. */
export function lastOffered(notices: readonly Notice[]): Notice | null {
  const last = notices.at(-1);
  return last?.offer ? last : null;
}
