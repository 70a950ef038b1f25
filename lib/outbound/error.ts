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

/** What the libraries below say when the other side sent more than they were told to take. */
const TOO_LARGE: Record<string, string> = {
  HPE_HEADER_OVERFLOW: "with too many headers",
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: "with a message that is too large",
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: "with a message that is too large",
  WS_ERR_TOO_MANY_BUFFERED_PARTS: "with a message in too many parts",
};

/** What broke a connection, without the words of the error: they may hold what must not be printed. */
export function brokenOff(host: string, error: unknown): OutboundError {
  if (error instanceof OutboundError) return error;
  const { code = "no code" } = error as NodeJS.ErrnoException;
  if (TOO_LARGE[code]) return new OutboundError("too_large", `${host} answered ${TOO_LARGE[code]}.`);
  return new OutboundError("unreachable", `${host} could not be reached, or broke off (${code}).`);
}
