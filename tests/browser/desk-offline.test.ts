/** The desk without a connection, in a real browser: it keeps the agent's actions, and the server applies each once. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { aCallback, anAgent, aUser } from "../factories/desk.ts";
import { aLossyProxy, FOREIGN } from "../factories/lossy-proxy.ts";
import { closeServers } from "../factories/servers.ts";
import { aSession, anAccount } from "../factories/staff.ts";
import { ask, asCron, type Instance, serveInstances } from "../served/instances.ts";
import { db } from "../setup/database.ts";
import { HEARTBEAT_MS } from "../../app/_ui/heartbeat.ts";
import { aBrowser, aProfile, type Started } from "./killed-browser.ts";
import { asPerson, aWindow, picture, type Window } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

afterAll(closeServers);

/** `KILLED_DESKS=200` is the long version. */
const ROUNDS = Number(process.env.KILLED_DESKS ?? 2);
const LIMIT_MS = Math.max(240_000, ROUNDS * 60_000);
const LOSSES = ["cut", "hang", "delay", "twice"] as const;
const SHELL = "ringback desk";
/** With the way back where a request of the desk was answered after its session had ended. */
const SIGN_IN = /\/sign-in(?:\?|$)/;
const tick = async () =>
  expect((await ask(app, "GET /cron/callback-notifications", undefined, asCron)).status).toBe(200);

async function atDesk(
  agentId: number,
  { url = app.url, ...look }: { hasWorker?: boolean; scheme?: "dark"; url?: string } = {},
): Promise<Window> {
  const window = await aWindow(url, { accountId: await asPerson(agentId), ...look });
  await window.page.goto("/desk");
  await window.page.getByText("live", { exact: true }).waitFor();
  return window;
}

async function signInAs(agentId: number, context: Window["context"], url: string): Promise<void> {
  const [name = "", value = ""] = (await aSession(await asPerson(agentId))).split("=");
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: "Lax" }]);
}

/** Does `work` while the database answers nothing about who is signed in, as while it starts. */
async function withoutSessions(work: () => Promise<unknown>): Promise<void> {
  await execute(db, sql`ALTER TABLE staff_sessions RENAME TO sessions_away`);
  await execute(
    db,
    sql`CREATE FUNCTION away() RETURNS SETOF sessions_away LANGUAGE plpgsql
        AS 'BEGIN RAISE EXCEPTION USING ERRCODE = ''57P03'', MESSAGE = ''starting''; END'`,
  );
  await execute(db, sql`CREATE VIEW staff_sessions AS SELECT * FROM away()`);
  try {
    await work();
  } finally {
    await execute(db, sql`DROP FUNCTION away CASCADE`);
    await execute(db, sql`ALTER TABLE sessions_away RENAME TO staff_sessions`);
  }
}

const isKept = (page: Window["page"]) =>
  page.evaluate(
    async (name) =>
      navigator.serviceWorker.controller !== null &&
      (await (await caches.open(name)).match("/desk-shell/mark")) !== undefined,
    SHELL,
  );

/** The state of the task that reads the notes, in the browser's queue. */
const notesRead = (page: Page, agentId: number): Promise<string | undefined> =>
  page.evaluate(async (name) => {
    // Opening it too early would make an empty one.
    if (!(await indexedDB.databases()).some((one) => one.name === name)) return undefined;
    const opening = indexedDB.open(name);
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    const reading = opening.result.transaction("tasks").objectStore("tasks").getAll();
    await new Promise((resolve) => reading.addEventListener("success", resolve));
    opening.result.close();
    return (reading.result as { type: string; status: string }[]).find(({ type }) => type === "extract_from_unit")
      ?.status;
  }, `ringback-call-memory-tasks:${agentId}`);

/** How many actions the browser's queue of this page's person holds. */
const storedActs = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const name = (await indexedDB.databases()).find((one) => one.name?.startsWith("ringback desk "))?.name;
    if (name === undefined) return 0;
    const opening = indexedDB.open(name);
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    const counting = opening.result.transaction("tasks").objectStore("tasks").count();
    await new Promise((resolve) => counting.addEventListener("success", resolve));
    opening.result.close();
    return counting.result;
  });

test("without a connection an agent accepts, snoozes and notes a promise, closes the tab, opens it and sees all of it; each is done once, and the promise is proposed", async () => {
  const ann = await anAgent();
  const [xena, yves, zoe] = [
    await aUser({ firstName: "Xena", phone: "+15550101" }),
    await aUser({ firstName: "Yves", phone: "+15550102" }),
    await aUser({ firstName: "Zoe", phone: "+15550103" }),
  ];
  for (const userId of [xena, yves]) await aCallback({ userId, preferredAgentId: ann });
  await tick();
  await ask(app, "POST /calls", { userId: String(zoe), agentId: ann, direction: "inbound", status: "in_progress" });
  const { page, context } = await atDesk(ann, { hasWorker: true });
  await page.getByRole("button", { name: "Accept Xena User" }).waitFor();
  await expect.poll(() => isKept(page), { timeout: 60_000 }).toBe(true);
  // Notes are read beside the page, which answers keys and clicks meanwhile.
  expect(page.workers()).toHaveLength(1);
  await context.setOffline(true);
  await page.getByText("Not live: Ringback cannot be reached.").waitFor();
  // What is read out of the browser itself is no sign of a connection.
  await page.evaluate(() => {
    const look = () => document.querySelector(".not-live") ?? document.body.classList.add("said-live");
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
  await page.getByRole("button", { name: "Accept Xena User" }).click();
  await page.getByText("asked for, not confirmed").waitFor();
  await page.getByRole("button", { name: "Yves User", exact: true }).click();
  await page.getByRole("button", { name: "Snooze 5 min: Yves User" }).click();
  await page.getByLabel("Not sent yet").getByText("Snooze Yves User for 5 min").waitFor();
  expect(await page.getByRole("button", { name: "Yves User", exact: true }).count()).toBe(0);
  expect(await page.getByRole("list", { name: "Coming today" }).getByText("Yves User").count()).toBe(0);
  await page.getByLabel("Notes").fill("Ring me tomorrow at ten");
  await page.getByRole("button", { name: /^Answered/ }).click();
  await page.getByRole("button", { name: "Save: Answered" }).click();
  await page.getByLabel("Call saved here").waitFor();
  expect(await page.locator("body.said-live").count()).toBe(0);
  await picture(page, "desk-unsent-light");
  await page.close();

  const again = await context.newPage();
  await again.goto("/desk");
  await again.getByRole("heading", { name: "Not sent yet 3" }).waitFor();
  await again.getByText("“Ring me tomorrow at ten”", { exact: true }).waitFor();
  // The page shows the last list with its age, and draws the waiting actions over it.
  await again.getByText(/^as of \d\d:\d\d, \d+ (s|min) ago$/).waitFor();
  const list = again.getByRole("region", { name: "My callbacks" });
  await list.getByText("asked for, not confirmed").waitFor();
  await again.getByLabel("Call saved here").waitFor();
  expect(await again.getByText(/Loading|Looking for the next call/).count()).toBe(0);
  expect(await list.getByText("Yves User").count()).toBe(0);
  await picture(again, "desk-opened-offline-light");
  expect(await db.deskAction.count()).toBe(0);
  // The code that reads notes is kept with the page, so the notes are read without a connection.
  await expect.poll(() => notesRead(again, ann), { timeout: 60_000 }).toBe("completed");
  const proposed = again
    .getByRole("region", { name: "Promised in your notes" })
    .getByRole("button", { name: /^Schedule Tue 3 Mar, 10:00/ });
  await proposed.waitFor();
  await context.setOffline(false);
  await again.getByLabel("Not sent yet").waitFor({ state: "detached" });
  await again.getByText("live", { exact: true }).waitFor();
  const actions = await db.deskAction.findMany();
  expect(actions.map(({ request }) => request).sort()).toEqual([
    "POST /callbacks/accept",
    "POST /callbacks/snooze",
    "POST /calls/:callSessionId/outcome",
  ]);
  expect(await db.callback.findMany({ orderBy: { id: "asc" } })).toMatchObject([
    { status: "accepted" },
    { snoozes: 1 },
  ]);
  expect(await db.callSession.findFirst()).toMatchObject({
    lastOutcomeType: "answered",
    notes: "Ring me tomorrow at ten",
  });
  await proposed.waitFor();
  // The promises that a colleague has to keep, with the calls they come from.
  await again.getByRole("button", { name: "Hand over" }).click();
  const handover = again.getByRole("region", { name: "From your notes today" });
  await handover.getByText("We owe Zoe User a call on Tuesday 3 March, 10:00: “Ring me tomorrow at ten”.").waitFor();
  await handover.getByText(/^from your call with Zoe User at \d\d:\d\d/).waitFor();
  await picture(again, "desk-handover-light");
  // After a sign-out the desk no longer opens without a connection.
  await again.locator("button.person").click();
  await again.getByRole("button", { name: "Sign out", exact: true }).click();
  await again.getByLabel("Password").waitFor();
  expect(await again.evaluate((name) => caches.has(name), SHELL)).toBe(false);
});

test("a desk that is opened again and loses its connection before all of it is stored shows its newest list without one", async () => {
  const ann = await anAgent();
  const [xena, zoe] = [
    await aUser({ firstName: "Xena", phone: "+15550101" }),
    await aUser({ firstName: "Zoe", phone: "+15550103" }),
  ];
  const { page, context } = await atDesk(ann, { hasWorker: true });
  await expect.poll(() => isKept(page), { timeout: 60_000 }).toBe(true);
  await aCallback({ userId: xena, preferredAgentId: ann });
  await tick();
  await ask(app, "POST /calls", { userId: String(zoe), agentId: ann, direction: "inbound", status: "in_progress" });
  // In a call the desk stores what reads notes as well, which never finishes loading here.
  await page.addInitScript(() => {
    const neverAnswers = class extends EventTarget {
      postMessage(): void {}
      terminate(): void {}
    };
    Object.defineProperty(window, "Worker", { value: neverAnswers });
  });
  await page.reload();
  await page.getByRole("button", { name: "Accept Xena User" }).waitFor();
  await page.getByRole("form", { name: "In call" }).waitFor();
  await context.setOffline(true);
  await page.getByText("Not live: Ringback cannot be reached.").waitFor();
  await page.close();
  const again = await context.newPage();
  await again.goto("/desk");
  await again.getByText(/^as of \d\d:\d\d, \d+ (s|min) ago$/).waitFor();
  await again.getByRole("button", { name: "Accept Xena User" }).waitFor();
  await again.getByRole("form", { name: "In call" }).waitFor();
});

test("a browser whose disk is full says so, keeps the words of a call that cannot be sent, and saves them once when it can", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  const zoe = await aUser({ firstName: "Zoe", phone: "+15550103" });
  await ask(app, "POST /calls", { userId: String(zoe), agentId: ann, direction: "inbound", status: "in_progress" });
  const { page, context } = await aWindow(app.url, { accountId: await asPerson(ann) });
  // Chromium itself refuses each write, as on a full disk. It takes the limit over at its first write only.
  const browser = await context.newCDPSession(page);
  await browser.send("Storage.overrideQuotaForOrigin", { origin: app.url, quotaSize: 1 });
  await page.goto("/desk");
  await page.getByLabel("Notes").fill("Ring me tomorrow at ten");
  await context.setOffline(true);
  await page.getByRole("button", { name: /^Answered/ }).click();
  await page.getByRole("button", { name: "Save: Answered" }).click();
  await page.getByText("This computer's disk is full, so nothing more can be kept here.").waitFor();
  await page.getByRole("form", { name: "In call" }).getByText("Ringback cannot be reached.").waitFor();
  expect(await page.getByLabel("Notes").inputValue()).toBe("Ring me tomorrow at ten");
  await picture(page, "desk-full-disk-light");
  await context.setOffline(false);
  await page.getByText("live", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Save: Answered" }).click();
  await page.getByRole("form", { name: "In call" }).waitFor({ state: "detached" });
  expect(await db.callSession.findMany()).toMatchObject([
    { lastOutcomeType: "answered", notes: "Ring me tomorrow at ten" },
  ]);
});

test("signing out asks about what is not sent; left here it is nobody else's, and goes out when its owner is back", {
  tags: ["long"],
}, async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
  await aCallback({ preferredAgentId: ann });
  await tick();
  const { page, context } = await aWindow(app.url, { accountId: await asPerson(ann), scheme: "dark" });
  // Without its heartbeats this browser reports only what changes.
  await page.addInitScript((heartbeatMs) => {
    const { setInterval } = window;
    const without = (work: TimerHandler, ms?: number) => (ms === heartbeatMs ? 0 : setInterval(work, ms));
    Object.defineProperty(window, "setInterval", { value: without });
  }, HEARTBEAT_MS);
  await page.goto("/desk");
  await page.getByText("live", { exact: true }).waitFor();
  await context.route("**/callbacks/snooze", (route) => route.abort());
  await page.getByRole("button", { name: /^Accept/, disabled: false }).waitFor();
  await page.keyboard.press("s");
  await page.getByLabel("Not sent yet").waitFor();
  // Supervisors read what this browser holds, on the wall and in the list of agents, before a heartbeat.
  const wall = await aWindow(app.url, { accountId: (await anAccount()).id, width: 1360 });
  await wall.page.goto("/wallboard");
  await wall.page.getByText(/^Ann Able's Linux computer holds 1 unsent action since \d\d:\d\d\.$/).waitFor();
  await wall.page.goto("/agents");
  await wall.page.getByText(/^Ann's Linux computer holds 1 unsent action since \d\d:\d\d\./).waitFor();
  await wall.page.getByRole("button", { name: "Explain what Ann's Linux computer holds" }).waitFor();
  await picture(wall.page, "agents-unsent-light");
  await page.locator("button.person").click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  const dialog = page.getByRole("dialog").filter({ hasText: "Something is not sent yet" });
  await dialog.getByText("Snooze Uma User for 5 min").waitFor();
  await picture(page, "sign-out-unsent-light", { fullPage: false });
  // The menu closed when the dialog opened, so its button gets the focus back.
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.matches("button.person"));
  await page.locator("button.person").click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await dialog.getByRole("button", { name: "Leave it here and sign out" }).click();
  await page.getByLabel("Password").waitFor();
  await context.unroute("**/callbacks/snooze");
  const signIn = async (agentId: number) => {
    await signInAs(agentId, context, app.url);
    await page.goto("/desk");
    await page.getByText("live", { exact: true }).waitFor();
  };
  await signIn(ben);
  await page.getByText("1 thing of another person waits on this computer").waitFor();
  expect(await page.getByText("Snooze Uma User").count()).toBe(0);
  expect(await db.deskAction.count()).toBe(0);
  await signIn(ann);
  await expect
    .poll(() => db.deskAction.findMany(), { timeout: 60_000 })
    .toMatchObject([{ request: "POST /callbacks/snooze", actor: `agent ${ann}` }]);
  expect(await db.callback.findFirst()).toMatchObject({ snoozes: 1 });
  await expect.poll(() => db.browserReport.count(), { timeout: 60_000 }).toBe(0);
});

test("signing out while the outcome of a call waits to be sent asks about what is not sent, and no longer about the call", async () => {
  const ann = await anAgent({ name: "Ann" });
  const zoe = await aUser({ firstName: "Zoe", phone: "+15550103" });
  await ask(app, "POST /calls", { userId: String(zoe), agentId: ann, direction: "inbound", status: "in_progress" });
  const { page, context } = await atDesk(ann);
  const asked = async () => {
    await page.locator("button.person").click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    return page.getByRole("dialog");
  };
  await page.getByLabel("Notes").fill("Sent the price");
  await (await asked()).getByRole("heading", { name: "You are in a call with Zoe User" }).waitFor();
  await page.keyboard.press("Escape");
  await context.setOffline(true);
  await page.getByText("Not live: Ringback cannot be reached.").waitFor();
  await page.getByRole("button", { name: /^Answered/ }).click();
  await page.getByRole("button", { name: "Save: Answered" }).click();
  await page.getByLabel("Call saved here").waitFor();
  const dialog = await asked();
  await dialog.getByRole("heading", { name: "Something is not sent yet" }).waitFor();
  await dialog.getByText(/Zoe User/).waitFor();
  expect(await dialog.getByText(/call stays open|Back to the call/).count()).toBe(0);
  await picture(page, "sign-out-outcome-unsent-light", { fullPage: false });
});

test("while the outcome of a call waits to be sent, no screen leads back into the call, and closing the page is not asked about", async () => {
  const ann = await anAgent({ name: "Ann" });
  const zoe = await aUser({ firstName: "Zoe", phone: "+15550103" });
  await ask(app, "POST /calls", { userId: String(zoe), agentId: ann, direction: "inbound", status: "in_progress" });
  const { page } = await atDesk(ann);
  const isAskedAbout = () => page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));
  await page.getByLabel("Notes").fill("Sent the price");
  expect(await isAskedAbout()).toBe(true);
  await page.route("**/outcome", (route) => route.abort());
  await page.getByRole("button", { name: /^Answered/ }).click();
  await page.getByRole("button", { name: "Save: Answered" }).click();
  await page.getByLabel("Call saved here").waitFor();
  await expect.poll(isAskedAbout).toBe(false);
  await page.getByRole("link", { name: "Callbacks" }).click();
  await page.getByRole("heading", { name: /callbacks/i, level: 1 }).waitFor();
  await expect.poll(() => page.getByText("back to it").count()).toBe(0);
  expect(await isAskedAbout()).toBe(false);
});

test("a sign-out without a connection leaves no desk behind in any window, and ends the session when Ringback is reached again", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent({ name: "Ann" });
  const { page, context } = await atDesk(ann, { hasWorker: true });
  await expect.poll(() => isKept(page), { timeout: 60_000 }).toBe(true);
  const other = await context.newPage();
  await other.goto("/callbacks");
  await other.getByRole("heading", { name: "Callbacks" }).waitFor();
  await context.setOffline(true);
  await page.locator("button.person").click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  for (const one of [page, other]) {
    await one.getByRole("heading", { name: "You have signed out of this browser" }).waitFor({ timeout: 60_000 });
    expect(await one.getByText("Ann Able").count()).toBe(0);
  }
  await picture(page, "sign-out-offline-light", { fullPage: false });
  await other.close();
  // The next person at this computer opens the desk.
  await page.goto("/desk");
  await page.getByRole("heading", { name: "Ringback cannot be reached" }).waitFor();
  expect(await db.staffSession.count()).toBe(1);
  await context.setOffline(false);
  await page.goto("/desk");
  await page.waitForURL(SIGN_IN);
  expect(await db.staffSession.count()).toBe(0);
  // Her next session is not ended by it.
  await signInAs(ann, context, app.url);
  await page.goto("/desk");
  await page.getByText("live", { exact: true }).waitFor();
  // A worker of a newer build waits until this page, which may hold unsent work, is closed.
  const workers = (one: Page) =>
    one.evaluate(async () => {
      const { active, waiting } = (await navigator.serviceWorker.ready) ?? {};
      return [active, waiting].map((worker) => worker?.scriptURL.split("/").at(-1));
    });
  const withNewer = async () => {
    // Again, because the page registers its own worker at some moment after it is drawn.
    await page.evaluate(() => navigator.serviceWorker.register("/desk-worker.js?newer"));
    return workers(page);
  };
  const bothThere = () =>
    expect.poll(withNewer, { timeout: 60_000 }).toEqual(["desk-worker.js", "desk-worker.js?newer"]);
  await bothThere();
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await bothThere();
  await page.close();
  const later = await context.newPage();
  await later.goto("/sign-in");
  await expect.poll(() => workers(later), { timeout: 60_000 }).toEqual(["desk-worker.js?newer", undefined]);
});

test("a sign-out that a portal or a server without its database answers closes the kept desk, outlives a page that cannot say who is signed in, and ends the session later", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent({ name: "Ann" });
  const proxy = await aLossyProxy(app.url);
  const { page, context } = await atDesk(ann, { hasWorker: true, url: proxy.url });
  const signOut = async () => {
    await page.locator("button.person").click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "You have signed out of this browser" }).waitFor();
  };
  const ends = async () => {
    await page.waitForURL(SIGN_IN);
    expect(await db.staffSession.count()).toBe(0);
  };
  await expect.poll(() => isKept(page), { timeout: 60_000 }).toBe(true);
  proxy.mode = "portal";
  await signOut();
  expect(await page.evaluate((name) => caches.has(name), SHELL)).toBe(false);
  await withoutSessions(async () => {
    proxy.mode = null;
    await page.goto("/");
    await page.waitForFunction(() =>
      Object.keys(document.querySelector("main") ?? {})
        .join()
        .includes("react"),
    );
  });
  await page.goto("/desk");
  await ends();

  await signInAs(ann, context, proxy.url);
  await page.goto("/desk");
  await expect.poll(() => isKept(page), { timeout: 60_000 }).toBe(true);
  // Here the kept page cannot be deleted; it is closed all the same.
  await page.evaluate(() => {
    caches.delete = () => Promise.reject(new Error("The disk has a fault."));
  });
  await withoutSessions(signOut);
  await ends();
});

test("a desk whose requests a portal or a gateway answers says within seconds that it is not live, and goes on when Ringback answers", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  await aCallback({ userId: await aUser({ firstName: "Xena", phone: "+15550101" }), preferredAgentId: ann });
  await tick();
  const proxy = await aLossyProxy(app.url);
  const { page } = await atDesk(ann, { url: proxy.url });
  for (const mode of Object.keys(FOREIGN) as (keyof typeof FOREIGN)[]) {
    proxy.mode = mode;
    await page
      .getByText("Not live: Ringback cannot be reached.")
      .waitFor({ timeout: 10_000 })
      .catch((error: unknown) => {
        throw new Error(`not said after an answer of the kind ${mode}`, { cause: error });
      });
    proxy.mode = null;
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByText("Not live: Ringback cannot be reached.").waitFor({ state: "detached" });
  }
});

test("the data of the site is cleared while actions wait: the desk keeps them anew, and each is done once", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  await aCallback({ userId: await aUser({ firstName: "Yves", phone: "+15550102" }), preferredAgentId: ann });
  await tick();
  const zoe = await aUser({ firstName: "Zoe", phone: "+15550103" });
  await ask(app, "POST /calls", { userId: String(zoe), agentId: ann, direction: "inbound", status: "in_progress" });
  const { page, context } = await atDesk(ann);
  await page.getByLabel("Notes").waitFor();
  await context.setOffline(true);
  await page.getByText("Not live: Ringback cannot be reached.").waitFor();
  await page.getByRole("button", { name: "Yves User", exact: true }).click();
  await page.getByRole("button", { name: "Snooze 5 min: Yves User" }).click();
  await page.getByLabel("Notes").fill("Ring me tomorrow at ten");
  await page.getByRole("button", { name: /^Answered/ }).click();
  await page.getByRole("button", { name: "Save: Answered" }).click();
  await page.getByLabel("Call saved here").waitFor();
  const browser = await context.newCDPSession(page);
  await browser.send("Storage.clearDataForOrigin", { origin: app.url, storageTypes: "indexeddb,local_storage" });
  // Stored again, so the next page has them, too.
  await expect.poll(() => storedActs(page), { timeout: 60_000 }).toBe(2);
  await page.getByLabel("Not sent yet").getByText("“Ring me tomorrow at ten”").waitFor();
  await page.close();
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto("/desk");
  await expect
    .poll(() => db.callSession.findFirst(), { timeout: 60_000 })
    .toMatchObject({
      lastOutcomeType: "answered",
      notes: "Ring me tomorrow at ten",
    });
  await expect.poll(() => db.callback.findFirst(), { timeout: 60_000 }).toMatchObject({ snoozes: 1 });
  await next.getByText("live", { exact: true }).waitFor();
  await next.getByLabel("Not sent yet").waitFor({ state: "detached" });
  expect(await db.callbackEvent.count({ where: { type: "snoozed" } })).toBe(1);
});

test("an action that is sent twice at once, whose answer comes late, or never, is done once", async () => {
  const ann = await anAgent();
  const names = { twice: "Tess", delay: "Dean", hang: "Hana" } as const;
  for (const [n, firstName] of Object.values(names).entries())
    await aCallback({ userId: await aUser({ firstName, phone: `+1555012${n}` }), preferredAgentId: ann });
  await tick();
  const proxy = await aLossyProxy(app.url);
  const { page, context } = await atDesk(ann, { url: proxy.url });
  for (const [n, [loss, name]] of (Object.entries(names) as [typeof proxy.loss, string][]).entries()) {
    proxy.loss = loss;
    await page.getByRole("button", { name: `${name} User`, exact: true }).press("Enter");
    await page.getByRole("button", { name: `Snooze 15 min: ${name} User` }).press("Enter");
    await expect.poll(() => proxy.asked.size, { timeout: 60_000 }).toBe(n + 1);
    if (loss === "delay") proxy.release();
  }
  // What waits for an answer that never comes is sent again by the next page.
  await page.close();
  const next = await context.newPage();
  await next.goto("/desk");
  await expect.poll(() => [...proxy.asked.values()], { timeout: 60_000 }).toEqual([2, 1, 2]);
  await next.getByText("live", { exact: true }).waitFor();
  await next.getByLabel("Not sent yet").waitFor({ state: "detached" });
  expect(await db.callback.findMany({ select: { snoozes: true } })).toEqual(Array(3).fill({ snoozes: 1 }));
  expect(await db.callbackEvent.count({ where: { type: "snoozed" } })).toBe(3);
});

test("a window without storage says so, and its actions go straight to the server, once", {
  tags: ["long"],
}, async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const { page } = await aWindow(app.url, { accountId: await asPerson(ann) });
  await page.addInitScript(() => Object.defineProperty(globalThis, "indexedDB", { value: undefined }));
  await page.goto("/desk");
  await page.getByText("This window keeps nothing, as private windows do.").waitFor();
  await page.getByRole("button", { name: /^Accept/, disabled: false }).waitFor();
  await page.keyboard.press("s");
  await expect.poll(() => db.callback.findFirst(), { timeout: 60_000 }).toMatchObject({ snoozes: 1 });
  expect(await db.callbackEvent.count({ where: { type: "snoozed" } })).toBe(1);
});

test(`${ROUNDS} browsers killed at a desk whose answers are lost: the server has done each action once`, {
  tags: ["long"],
  timeout: LIMIT_MS,
}, async () => {
  const ann = await anAgent();
  const rounds = Array.from({ length: ROUNDS }, (_, round) => `Round${round}`);
  for (const [n, firstName] of rounds.entries()) {
    const userId = await aUser({ firstName, phone: `+1555${String(1_000_000 + n)}` });
    await aCallback({ userId, preferredAgentId: ann });
  }
  await tick();
  const proxy = await aLossyProxy(app.url);
  const profile = await aProfile();
  const open = async ({ context }: Started) => {
    await signInAs(ann, context, proxy.url);
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(`${proxy.url}/desk`);
    await page.getByText("live", { exact: true }).waitFor();
    return page;
  };
  let browser = await aBrowser(profile);
  let page = await open(browser);
  for (const [round, name] of rounds.entries()) {
    // The browser is killed with unsent actions, or with actions that the server has applied and whose answers were lost.
    proxy.mode = round % 2 === 0 ? "away" : null;
    proxy.loss = round % 2 === 0 ? "cut" : LOSSES[Math.floor(round / 2) % LOSSES.length]!;
    await page.getByRole("button", { name: `${name} User`, exact: true }).press("Enter");
    await page.getByRole("button", { name: `Snooze 15 min: ${name} User` }).press("Enter");
    if (proxy.mode === "away")
      await page.getByLabel("Not sent yet").getByText(`Snooze ${name} User for 15 min`).waitFor();
    else await expect.poll(() => proxy.asked.size, { timeout: 60_000 }).toBe(round + 1);
    await browser.kill();
    proxy.mode = null;
    browser = await aBrowser(profile);
    page = await open(browser);
    await expect.poll(() => db.deskAction.count(), { timeout: 60_000 }).toBe(round + 1);
    // Its first answer was lost, so it comes twice at least.
    const askedOnce = () => [...proxy.asked.values()].filter((times) => times < 2).length;
    await expect.poll(askedOnce, { timeout: 60_000 }).toBe(0);
    // The clock stands still, and with it the minute in which the requests of a person are counted.
    await db.rateLimit.deleteMany();
  }
  await browser.kill();
  expect(await db.callback.findMany({ select: { snoozes: true } })).toEqual(rounds.map(() => ({ snoozes: 1 })));
  expect(await db.callbackEvent.count({ where: { type: "snoozed" } })).toBe(ROUNDS);
});
