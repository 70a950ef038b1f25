import { serve } from "#lib/http/edge";
import type { Handler } from "#lib/http/route";

/** Set by the server on a request that no route may see, never by a client: what is wrong with it. */
export const MALFORMED = "x-malformed";

/** What an address without a route answers, whatever the method, as problem+json: 404, or 400 to a malformed request. */
export const unknownRoute: Handler = (request) =>
  serve({ path: "/*", method: request.method, request }, async () => {
    const detail = request.headers.get(MALFORMED);
    if (detail !== null) return { problem: { status: 400, code: "invalid_input", detail } };
    return {
      problem: {
        status: 404,
        code: "not_found",
        detail: "There is nothing at this address; /docs lists what there is.",
      },
    };
  });
