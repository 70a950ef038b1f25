/** An offer to undo the action of a notice. `about`: the subject of the action, as "callback 5". */
export type Offer = { about: string; takeBack: () => void };

export type Notice = { id: number; text: string; kind: "late" | "kept"; offer: Offer | null };

/** The number of notices without an offer that stay visible. */
const MAX_WITHOUT_OFFER = 2;

/**
 * Adds a notice. An offer stays for its own time, however many notices come after it; it ends early only when a newer action on
 * the same subject makes it impossible. A repeated sentence is read out once.
 */
export function withNotice(notices: readonly Notice[], added: Notice): Notice[] {
  const others = notices.filter(({ text, offer }) =>
    offer ? offer.about !== added.offer?.about : text !== added.text,
  );
  const plain = others.filter(({ offer }) => offer === null);
  const spare = new Set(plain.slice(0, Math.max(0, plain.length + 1 - MAX_WITHOUT_OFFER)));
  return [...others.filter((one) => added.offer !== null || !spare.has(one)), added];
}

/** Removes the offers about this subject, because its actions can no longer be undone. */
export function withoutOffer(notices: readonly Notice[], about: string): Notice[] {
  return notices.filter(({ offer }) => offer?.about !== about);
}

/** The notice whose offer the key takes: the latest action, and none when that cannot be undone. */
export function lastOffered(notices: readonly Notice[]): Notice | null {
  const last = notices.at(-1);
  return last?.offer ? last : null;
}
