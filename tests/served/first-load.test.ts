/** The size of everything that a browser has to load before a desk works. */
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { aWindow } from "../browser/page.ts";
import { aCallback, anAgent } from "../factories/desk.ts";
import { anAccount, aSession } from "../factories/staff.ts";
import { ask, asCron, type Instance, serveInstances } from "./instances.ts";

const LIMIT = 200_000;

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

type Script = { name: string; text: string };

/** Every script that the page as it is served refers to, but those for browsers without modules. */
async function scriptsOf(path: string): Promise<Script[]> {
  const cookie = await aSession((await anAccount({ agentId: await anAgent() })).id);
  const page = await fetch(`${app.url}${path}`, { headers: { cookie } });
  const html = (await page.text()).replaceAll(/<script[^>]* nomodule=""[^>]*>/gi, "");
  return fetched([...html.matchAll(/static\/chunks\/[\w.~-]+\.js/g)].map(([name]) => `${app.url}/_next/${name}`));
}

function fetched(addresses: string[]): Promise<Script[]> {
  return Promise.all(
    [...new Set(addresses)].map(async (address) => ({ name: address, text: await (await fetch(address)).text() })),
  );
}

/** Every script that a browser loads for the first desk of an agent, with those of its workers and of the kept page. */
async function scriptsLoaded(): Promise<Script[]> {
  const agentId = await anAgent();
  for (const inMinutes of [-10, 3]) await aCallback({ preferredAgentId: agentId, inMinutes });
  await ask(app, "GET /cron/callback-notifications", undefined, asCron);
  const { page, context } = await aWindow(app.url, { accountId: (await anAccount({ agentId })).id, hasWorker: true });
  const addresses: string[] = [];
  context.on("request", (request) => addresses.push(request.url().replace(/[#?].*/, "")));
  await page.goto("/desk");
  await page.getByText("live", { exact: true }).waitFor();
  await page.waitForFunction(async () => (await caches.match("/desk-shell/mark")) !== undefined);
  await page.waitForLoadState("networkidle");
  return fetched(addresses.filter((address) => address.endsWith(".js")));
}

const sizesOf = (scripts: Script[]) => {
  const sizes = scripts.map(({ name, text }) => ({ name, size: gzipSync(text).length }));
  const biggest = sizes.sort((a, b) => b.size - a.size).map(({ name, size }) => `${size} ${name}`);
  return { sum: sizes.reduce((total, { size }) => total + size, 0), list: `${biggest.join("\n")}\n` };
};

test("the first load of a desk is less than 200 kB of compressed JavaScript, also with all that comes later until it is idle", async () => {
  const scripts = await scriptsLoaded();
  const { sum, list } = sizesOf(scripts);
  expect(scripts.length).toBeGreaterThan((await scriptsOf("/desk")).length);
  expect(sum, `${sum} bytes:\n${list}`).toBeLessThan(LIMIT);
});

test("neither the schemas of the API nor the code of the database come along with a desk", async () => {
  for (const { name, text } of await scriptsOf("/desk"))
    expect(/ZodError|PrismaClient|ringback_now/.exec(text), name).toBeNull();
});
