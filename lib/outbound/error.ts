/** The cause of a failed request; after the last three the other side may have acted on it. */
export type OutboundKind = "not_allowed" | "address" | "timeout" | "too_large" | "unreachable";

/**
 * A request to another company's service that did not end in an answer. The sentence names at most the host: addresses of hooks
 * carry secrets in their path and query, so neither is in it, nor is any header or body, and there is no cause that could be
 * printed. `not_allowed` and `address` were refused before a connection was opened.
 */
export class OutboundError extends Error {
  readonly kind: OutboundKind;

  constructor(kind: OutboundKind, sentence: string) {
    super(sentence);
    this.name = "OutboundError";
    this.kind = kind;
  }
}

/** The messages of the libraries below for an answer above its limit. */
const TOO_LARGE: Record<string, string> = {
  HPE_HEADER_OVERFLOW: "with too many headers",
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: "with a message that is too large",
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: "with a message that is too large",
  WS_ERR_TOO_MANY_BUFFERED_PARTS: "with a message in too many parts",
};

/** The error of a broken connection, without the message of its cause, which may hold secrets. */
export function brokenOff(host: string, error: unknown): OutboundError {
  if (error instanceof OutboundError) return error;
  const { code = "no code" } = error as NodeJS.ErrnoException;
  if (TOO_LARGE[code]) return new OutboundError("too_large", `${host} answered ${TOO_LARGE[code]}.`);
  return new OutboundError("unreachable", `${host} could not be reached, or broke off (${code}).`);
}
