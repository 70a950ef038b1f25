/** What stopped a request; the last three leave open whether the other side did anything. */
export type OutboundKind = "not_allowed" | "address" | "timeout" | "too_large" | "unreachable";

/**
 * A request to another company's service that did not end in an answer. The sentence names at most the host: addresses
 * of hooks carry secrets in their path and query, so neither is in it, nor is any header or body, and there is no cause
 * to print by accident. `not_allowed` and `address` were refused before a connection was opened.
 */
export class OutboundError extends Error {
  readonly kind: OutboundKind;

  constructor(kind: OutboundKind, sentence: string) {
    super(sentence);
    this.name = "OutboundError";
    this.kind = kind;
  }
}
