import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { GET as events } from "../../app/api/conversations/[conversationId]/events/route.ts";
import { asService, got } from "./call.ts";

Object.assign(process.env, { STREAMS_PER_INSTANCE: "2", STREAMS_PER_CONVERSATION: "1" });

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

async function open(conversationId: string) {
  const gone = new AbortController();
  const headers = { accept: "text/event-stream", ...asService };
  const request = new Request(`http://localhost:3000/api/conversations/x/events`, { headers, signal: gone.signal });
  const response = await events(request, { params: Promise.resolve({ conversationId }) });
  return { response, leave: () => gone.abort() };
}

test("a stream too many is refused before it begins, with the time to come back and an alternative", async () => {
  const [a, b] = [await open("a"), await open("b")];
  const refused = await got((await open("c")).response);
  expect([refused.status, refused.headers.get("retry-after"), refused.headers.get("content-type")]).toEqual([
    503,
    "10",
    "application/problem+json",
  ]);
  expect(refused.body).toMatchObject({
    code: "unavailable",
    detail:
      "This instance holds as many event streams as it may; open it again in 10 seconds, or ask for the events as one answer.",
  });
  // A request that nobody holds may be collected while its stream is open, and still says that its reader has left.
  await new Promise(setImmediate);
  collectGarbage();
  b.leave();
  expect((await open("c")).response.status).toBe(200);
  const again = await open("a");
  expect(again.response.status).toBe(200);
  // The first stream of this conversation was displaced.
  expect(await a.response.text()).toBe("retry: 1000\n\nretry: 15000\n\n");
  again.leave();
});
