/** `unreachable` leaves open whether the store did it; `refused` says that it did not. */
export type KvErrorKind = "unreachable" | "refused" | "garbled";

const SENTENCES: Record<KvErrorKind, string> = {
  unreachable: "The key-value store could not be reached, or did not answer in time.",
  refused: "The key-value store refused the command.",
  garbled: "The key-value store answered with something that cannot be understood.",
};

/**
 * The key-value store did not do its work. The sentence is one of three: what the client library says instead quotes
 * whole commands, so neither its words nor its error as a cause is in here.
 */
export class KvError extends Error {
  readonly kind: KvErrorKind;

  constructor(kind: KvErrorKind) {
    super(SENTENCES[kind]);
    this.name = "KvError";
    this.kind = kind;
  }
}
