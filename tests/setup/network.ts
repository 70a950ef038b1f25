/** No test reaches the network: a request nobody answers fails. The machine itself is not the network. */
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";

/** Answers requests to the outside; `server.use(...)` adds an answer for one test. */
export const server = setupServer();

beforeAll(() =>
  server.listen({
    onUnhandledRequest(request, print) {
      if (!["localhost", "127.0.0.1"].includes(new URL(request.url).hostname)) print.error();
    },
  }),
);
afterEach(() => server.resetHandlers());
afterAll(() => server.close());
