/**
 * Foreign pages and links can do nothing to a signed-in person; a visitor without an account gets a first look.
 * @module-tag long
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoPassword, makeDemoAccount } from "#modules/access";
import { aCallback, anAgent, tick } from "../factories/desk.ts";
import { isTriedToday } from "../factories/part-of-day.ts";
import { anAccount, aSession } from "../factories/staff.ts";
import { aTask, ends } from "../factories/tasks.ts";
import { everyRow } from "../routes/api.ts";
import { ask, type Instance, serveInstances } from "../served/instances.ts";
import { SCREENS } from "../../app/screens.ts";
import { aCtx } from "../setup/ctx.ts";
import { db } from "../setup/database.ts";
import { AUTH_SECRET } from "../setup/secrets.ts";
import { aWindow } from "./page.ts";

let app: Instance;
let other: Server;
let otherUrl: string;
beforeAll(async () => {
  other = createServer((_, response) => response.setHeader("content-type", "text/html").end("<h1>Another page</h1>"));
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  [app] = (await serveInstances(1, { CONVERSATION_ORIGINS: otherUrl, RINGBACK_DEMO_DAY: "1" })) as [Instance];
});
afterAll(() => other.close());

test("C1: a page of another origin on the same site can send the cookie along, and still nothing is written", async () => {
  const callbackId = await aCallback({ preferredAgentId: await anAgent() });
  const { id } = await anAccount();
  const { page } = await aWindow(app.url, { accountId: id });
  await page.goto(otherUrl);
  const before = await everyRow();
  await page.evaluate(
    async ([url, id]) => {
      const send = (path: string, body: object) =>
        // The browser hides the answer from this page; the request was sent all the same.
        fetch(`${url}/api${path}`, {
          method: "POST",
          mode: "no-cors",
          credentials: "include",
          body: JSON.stringify(body),
        }).catch(() => {});
      await send("/callbacks/cancel", { callbackId: Number(id), reason: "by another page" });
      await send("/sign-out", { everywhere: true });
      await send("/keys", { name: "mine", scopes: ["callbacks:read"] });
    },
    [app.url, String(callbackId)],
  );
  // It was the signed-in person who was refused: the cookie did go along. A line may come after the answer.
  const refused = ["/api/callbacks/cancel", "/api/sign-out", "/api/keys"].map((route) => [
    route,
    403,
    `supervisor ${id}`,
  ]);
  await expect.poll(postsInLog).toEqual(refused);
  expect(await everyRow()).toEqual(before);
});

test("a page of a listed origin holds a conversation with an EventSource, and acknowledges what it heard", async () => {
  const { body } = await ask(app, "POST /conversations/conv-1/token", {});
  await aTask("t");
  const { page } = await aWindow(app.url);
  await page.goto(otherUrl);
  const heard = page.evaluate(
    async ([url, token]) => {
      const conversation = `${url}/api/conversations/conv-1`;
      const post = (path: string) =>
        fetch(conversation + path, { method: "POST", headers: { authorization: `Bearer ${token}` } });
      const short = (await (await post("/stream-token")).json()).token;
      const stream = new EventSource(`${conversation}/events?after=x&token=${short}`);
      const event = await new Promise<MessageEvent>((done) => stream.addEventListener("result", done, { once: true }));
      stream.close();
      const acknowledged = await post(`/events/${event.lastEventId}/ack`);
      return [JSON.parse(event.data).contextId, acknowledged.status];
    },
    [app.url, String(body.token)],
  );
  await ends("t");
  expect(await heard).toEqual(["t", 200]);
});

test("C5: no page of another origin can show a screen in a frame", async () => {
  const { page } = await aWindow(app.url, { accountId: (await anAccount()).id });
  await page.goto(otherUrl);
  // A refused frame has loaded, too: it shows the page of the refusal.
  await page.evaluate(async (url) => {
    const frame = document.createElement("iframe");
    frame.src = `${url}/account`;
    const loaded = new Promise((done) => frame.addEventListener("load", done));
    document.body.append(frame);
    await loaded;
  }, app.url);
  const texts = await Promise.all(page.frames().map((frame) => frame.content().catch(() => "")));
  expect(texts.join("")).not.toContain("Sam Staff");
});

/** Route, status and caller of every POST the server has logged. */
async function postsInLog(): Promise<unknown[][]> {
  const lines = (await app.log()).split("\n").filter((line) => line.startsWith("{"));
  const posts = lines.map((line) => JSON.parse(line)).filter(({ method }) => method === "POST");
  return posts.map(({ route, status, actor }) => [route, status, actor]);
}

const TRICKS: Record<string, string>[] = [
  {},
  { rsc: "1" },
  { rsc: "1", "next-router-prefetch": "1" },
  { rsc: "1", "next-router-segment-prefetch": "/_tree" },
  { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
  { "x-middleware-subrequest": "src/middleware:src/middleware:src/middleware:src/middleware:src/middleware" },
  { "x-nextjs-data": "1" },
  { "x-matched-path": "/account", "x-invoke-path": "/account", "x-forwarded-host": "evil.example" },
];

test("N1, N2: an agent and a stranger get nothing of a supervisor's screens, by any header or address", async () => {
  const { email } = await anAccount({ email: "canary.supervisor@example.test" });
  const cookie = await aSession((await anAccount({ agentId: await anAgent() })).id);
  const forSupervisors = SCREENS.filter(({ who }) => !(who as readonly string[]).includes("agent"));
  for (const [screen, { path }] of forSupervisors.entries()) {
    const addresses = [
      path,
      `${path}?_rsc=1`,
      `${path}.rsc`,
      `${path}.segments/_tree.segment.rsc`,
      `/%2e${path}`,
      `${path}%2f`,
    ];
    for (const [place, address] of addresses.entries()) {
      for (const [trick, headers] of TRICKS.entries()) {
        if (!isTriedToday(screen + place + trick)) continue;
        for (const person of [{}, { cookie }]) {
          const answer = await fetch(app.url + address, { headers: { ...headers, ...person }, redirect: "manual" });
          const text = await answer.text();
          expect(text).not.toContain(email);
          // The heading of the screen is in its page, and in the data of the router that draws it.
          expect(text, `${address} ${JSON.stringify(headers)}`).not.toMatch(HEADINGS[path]!);
          expect(answer.headers.get("location") ?? "").not.toContain("evil.example");
        }
      }
    }
  }
});

const HEADINGS: Record<string, RegExp> = {
  "/messages": /Texts and e-mails: accepted once, sent once/,
  "/runs": /Models are put to the scenarios of a definition/,
  "/queue": /Where the conversations of all runs wait/,
  "/tasks": /Work that a conversation gave to an outside agent/,
  "/agents": /Who is here, and how many callbacks/,
  "/wallboard": /What is late, what is due and who is here/,
  "/settings": /The limits of the desk. A change counts/,
  "/staff": /Who can sign in, and as what/,
  "/keys": /A key lets another system in/,
  "/audit": /Who did what to callbacks/,
};

test("N7: a page of one person is never kept for another", async () => {
  for (const { path } of SCREENS) {
    const cookie = await aSession((await anAccount()).id);
    for (const headers of [{ cookie }, { cookie, rsc: "1" }] as Record<string, string>[]) {
      const mine = await fetch(app.url + path, { headers });
      expect(mine.headers.get("cache-control")).toMatch(/private.*no-store/);
      const { cookie: _, ...without } = headers;
      expect(await (await fetch(app.url + path, { headers: without, redirect: "manual" })).text()).not.toContain(
        "Sam Staff",
      );
    }
  }
});

test("from the first page to a kept callback it is four presses, without a word typed", async () => {
  const maya = await anAgent({ name: "Maya", status: null });
  const person = { name: "Maya Able", email: "maya@example.test", role: "agent", agentId: maya } as const;
  await makeDemoAccount(await aCtx({ newId: randomUUID }), person, demoPassword(AUTH_SECRET, person.email));
  const callbackId = await aCallback({ preferredAgentId: maya });
  const { page, complaints } = await aWindow(app.url);
  let presses = 0;
  const press = async (name: RegExp) => {
    await page.getByRole("button", { name }).press("Enter");
    presses += 1;
  };
  await page.goto("/");
  await press(/^As Maya Able, agent/);
  await page.getByText("live", { exact: true }).waitFor();
  // The day that has begun plays its minutes faster.
  await tick();
  await press(/^(Start call|Call )/);
  await page.getByLabel("In call").waitFor();
  await press(/^Answered/);
  await press(/^Save: Answered/);
  await page.getByText("No calls waiting").waitFor();
  expect(await db.callback.findUniqueOrThrow({ where: { id: callbackId } })).toMatchObject({ status: "completed" });
  expect([presses, complaints]).toEqual([4, []]);
});
