import { serve } from "#lib/http/edge";
import { tooLarge } from "#lib/http/request-input";
import type { Handler } from "#lib/http/route";

/** Set by the server: the method that was sent, where Next is shown another because it cannot serve that one. */
export const SENT_METHOD = "x-sent-method";

/** Set by the server on a request that no route may see, never by a client: what is wrong with it. */
export const MALFORMED = "x-malformed";

/** Set by the server on a request whose body is larger than this by its own words. */
export const TOO_LARGE = "x-too-large";

/** What an address without a route answers, whatever the method, as problem+json: 404, 400 to a malformed request, or 413. */
export const unknownRoute: Handler = (request) =>
  serve({ path: "/*", method: request.headers.get(SENT_METHOD) ?? request.method, request }, async () => {
    const detail = request.headers.get(MALFORMED);
    const most = request.headers.get(TOO_LARGE);
    if (most !== null) throw tooLarge(Number(most));
    if (detail !== null) return { problem: { status: 400, code: "invalid_input", detail } };
    return {
      problem: {
        status: 404,
        code: "not_found",
        detail: "There is nothing at this address; /docs lists what there is.",
      },
    };
  });
