/** No test reaches the network: a request nobody answers fails. The machine itself is not the network. */
import { setupServer } from "msw/node";
import { afterEveryTest } from "./hooks.ts";

const HERE = ["localhost", "127.0.0.1"];

/** Answers requests to the outside; `server.use(...)` adds an answer for one test. */
export const server = setupServer();

server.listen({
  onUnhandledFrame({ frame, defaults }) {
    const { request } = frame.data as { request?: Request };
    if (!request || !HERE.includes(new URL(request.url).hostname)) defaults.error();
  },
});
afterEveryTest(() => server.resetHandlers());
