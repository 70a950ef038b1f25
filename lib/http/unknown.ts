import { beginCall } from "#lib/http/endpoint";
import { problemReply, type Reply, refusalReply, respond } from "#lib/http/reply";
import { tooLarge } from "#lib/http/request-input";
import type { Handler } from "#lib/http/route";

/** Set by the server: the method that was sent, where Next is shown another because it cannot serve that one. */
export const ORIGINAL_METHOD = "x-sent-method";

/** Set by the server on a request that no route may see, never by a client: what is wrong with it. */
export const MALFORMED = "x-malformed";

/** Set by the server on a request whose body is larger than this by its own words. */
export const TOO_LARGE = "x-too-large";

/** What an address without a route answers, whatever the method, as problem+json: 404, 400 to a malformed request, or 413. */
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
