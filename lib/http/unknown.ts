import { serve } from "#lib/http/edge";
import type { Handler } from "#lib/http/route";

/** What an address without a route answers, whatever the method: 404 as problem+json. */
export const unknownRoute: Handler = (request) =>
  serve({ path: "/*", method: request.method, request }, async () => ({
    problem: { status: 404, code: "not_found", detail: "There is nothing at this address; /docs lists what there is." },
  }));
