/** `unreachable`: the store may have executed the command; `refused`: it did not; `malformed`: its answer could not be parsed. */
export type KvErrorKind = "unreachable" | "refused" | "malformed";

const SENTENCES: Record<KvErrorKind, string> = {
  unreachable: "The key-value store could not be reached, or did not answer in time.",
  refused: "The key-value store refused the command.",
  malformed: "The key-value store answered with something that cannot be understood.",
};

/**
 * The key-value store failed. The sentence is one of three: the message of the client library quotes whole commands, so neither
 * its words nor its error as a cause is in here.
 */
export class KvError extends Error {
  readonly kind: KvErrorKind;

  constructor(kind: KvErrorKind) {
    super(SENTENCES[kind]);
    this.name = "KvError";
    this.kind = kind;
  }
}
