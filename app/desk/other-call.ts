type Shown = { name: string; userId: string | undefined; isMine: boolean };
type Taken = { userId: string; callbackId: number | null; user: { firstName: string; lastName: string } };

/**
 * The sentence for a call that is not the one that was shown; null when it is the same. It blames a colleague only when the entry
 * was open to every agent and no other call came: otherwise another call may simply have gone first.
 */
export function otherCallSentence(shown: Shown, taken: Taken | null): string | null {
  if (taken === null)
    return shown.isMine
      ? `${shown.name} is no longer your next call. Nobody else waits for you now.`
      : `${shown.name} was just taken by a colleague. Nobody else waits for you now.`;
  if (taken.userId === shown.userId) return null;
  const name = `${taken.user.firstName} ${taken.user.lastName}`.trim();
  return taken.callbackId === null
    ? `The next call changed: it is ${name} now, not ${shown.name}.`
    : `The next call changed: a promise to ${name} goes first, not ${shown.name}.`;
}
