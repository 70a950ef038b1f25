/**
 * A desk with far more promises than an agent can call: 500, in a real browser.
 * @module-tag long
 */
import { beforeAll, expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { aCallback, anAgent, aUser, tick } from "../factories/desk.ts";
import { type Instance, serveInstances } from "../served/instances.ts";
import { db } from "../setup/database.ts";
import { asPerson, aWindow, overlap, picture, type Window } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

/** Opens the desk of an agent with 500 promises that are due in eight minutes, of the users Number 1 to Number 500. */
async function atFullDesk(): Promise<Window & { agentId: number }> {
  const agentId = await anAgent({ status: "break" });
  await execute(
    db,
    sql`WITH people AS (
          INSERT INTO users (id, first_name, last_name, phone, created_at, updated_at)
          SELECT 9000 + n, 'Number', n::text, '+15550100', ringback_now(), ringback_now() FROM generate_series(1, 500) n RETURNING id
        )
        INSERT INTO callbacks (user_id, scheduled_for, promised_for, promised_local, promised_zone, preferred_agent_id, max_attempts, created_at,
          event_at, event_type, event_actor, event_why)
        SELECT id, t, t, t, 'UTC', ${agentId}, 3, ringback_now(), ringback_now(), 'created', 'service', 'a promise of a test'
        FROM people, LATERAL (SELECT ringback_now() + interval '8 minutes' + (id - 9000) * interval '10 milliseconds' AS t) s ORDER BY id`,
  );
  await tick();
  const window = await aWindow(app.url, { accountId: await asPerson(agentId) });
  await window.page.goto("/desk");
  await window.page.getByText("500 people", { exact: true }).waitFor();
  return { ...window, agentId };
}

const cardOf = ({ page }: Window, n: number) =>
  page.locator(".promise", { has: page.getByText(`Number ${n}`, { exact: true }) });
/** Where the card comes to rest: cards that come into sight get their real height within a few frames, and move what is below them. */
const restOf = (window: Window, n: number) =>
  cardOf(window, n).evaluate(async (card) => {
    const frame = () => new Promise(requestAnimationFrame);
    let top = card.getBoundingClientRect().y;
    for (let still = 0; still < 5; still += 1) {
      await frame();
      const now = card.getBoundingClientRect().y;
      if (now !== top) still = -1;
      top = now;
    }
    return top;
  });
const polls = async ({ page }: Window, status: number, count: number) => {
  for (let n = 0; n < count; n += 1)
    await page.waitForResponse((answer) => answer.url().endsWith("/pending-callbacks") && answer.status() === status);
};

test("all 500 promises are in the list, and one in the middle is accepted where it is", async () => {
  const window = await atFullDesk();
  const { page, complaints } = window;
  expect(await page.locator(".promise").count()).toBe(500);
  await cardOf(window, 500).scrollIntoViewIfNeeded();
  // By key: cards that come into sight get their real height, and a pointer may miss what moves under it.
  await page.getByRole("button", { name: "Number 250", exact: true }).focus();
  await page.keyboard.press("a");
  await cardOf(window, 250).getByText("accepted", { exact: true }).waitFor();
  await cardOf(window, 250).hover();
  await cardOf(window, 250).getByRole("button", { name: "Release" }).waitFor();
  // The buttons of a row stand in place of its second line and its tag, and cover nothing that is shown.
  const card = cardOf(window, 250);
  for (const part of [".line p", ".tag.accepted"]) expect(await card.locator(part).isVisible(), part).toBe(false);
  expect(await overlap(card.locator(".actions"), card.locator(".count"))).toBe(false);
  await page.getByLabel("Next call").getByText("Number 250").waitFor();
  expect(await cardOf(window, 250).isVisible()).toBe(true);
  await picture(page, "desk-full-light", { fullPage: false });
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "desk-full-dark", { fullPage: false });
  expect(complaints).toEqual([]);
});

test("polls leave the place one has scrolled to, also when something new comes to the top", async () => {
  const window = await atFullDesk();
  await cardOf(window, 250).scrollIntoViewIfNeeded();
  const before = await restOf(window, 250);
  await polls(window, 304, 1);
  expect(await restOf(window, 250)).toBeCloseTo(before, 0);
  await aCallback({ preferredAgentId: window.agentId, inMinutes: -3, userId: await aUser({ firstName: "First" }) });
  await window.page.getByText("501 people", { exact: true }).waitFor();
  expect(await restOf(window, 250)).toBeCloseTo(before, 0);
});

test("a poll that finds nothing new draws nothing but the seconds", async () => {
  const window = await atFullDesk();
  const { page } = window;
  await polls(window, 304, 1);
  await page.evaluate(() => {
    const drawn: string[] = [];
    Object.assign(globalThis, { drawn });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const part = target instanceof Element ? target : target.parentElement;
        if (!part?.closest(".count")) drawn.push(part?.outerHTML ?? "");
      }
    }).observe(document.querySelector(".promises")!, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
  const seconds = cardOf(window, 1).locator(".count");
  const before = await seconds.innerText();
  await polls(window, 304, 2);
  expect(await seconds.innerText()).not.toBe(before);
  expect(await page.evaluate(() => (globalThis as unknown as { drawn: string[] }).drawn)).toEqual([]);
});

test("the whole page keeps one timer for its seconds, however many parts show them", async () => {
  const agentId = await anAgent();
  const { page } = await aWindow(app.url, { accountId: await asPerson(agentId) });
  await page.addInitScript(() => {
    const running = new Set<unknown>();
    const [start, stop] = [setInterval, clearInterval];
    Object.assign(globalThis, {
      running,
      setInterval: (work: () => void, every: number) => {
        const timer = start(work, every);
        if (every === 1_000) running.add(timer);
        return timer;
      },
      clearInterval: (timer: number) => {
        running.delete(timer);
        stop(timer);
      },
    });
  });
  for (let n = 0; n < 20; n += 1) await aCallback({ preferredAgentId: agentId, inMinutes: 8 });
  await page.goto("/desk");
  await page.getByText("20 people", { exact: true }).waitFor();
  expect(await page.evaluate(() => (globalThis as unknown as { running: Set<unknown> }).running.size)).toBe(1);
});
