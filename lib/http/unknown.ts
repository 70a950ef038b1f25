import type { Handler, Reply } from "#lib/http/call";
import { beginCall } from "#lib/http/endpoint";
import { problemReply, refusalReply, respond } from "#lib/http/reply";
import { tooLarge } from "#lib/http/request-input";

/** Set by the server: the original method, where Next gets another one because it cannot serve the original. */
export const ORIGINAL_METHOD = "x-sent-method";

/** The fault of a request that no route may see. The server sets this header, never a client. */
export const MALFORMED = "x-malformed";

/** Set by the server on a request whose Content-Length is above this limit. */
export const TOO_LARGE = "x-too-large";

/** Answers any method at an address without a route with problem+json: 404, 400 for a malformed request, or 413. */
export const unknownRoute: Handler = async (request) => {
  const method = request.headers.get(ORIGINAL_METHOD) ?? request.method;
  return respond(beginCall(request, method, "/*"), replyTo(request));
};

function replyTo({ headers }: Request): Reply {
  const [maxBytes, malformed] = [headers.get(TOO_LARGE), headers.get(MALFORMED)];
  if (maxBytes !== null) return problemReply(tooLarge(Number(maxBytes)));
  if (malformed !== null) return refusalReply(400, "invalid_input", malformed);
  return refusalReply(404, "not_found", "There is nothing at this address; /docs lists what there is.");
}
