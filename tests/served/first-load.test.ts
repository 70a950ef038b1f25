/** The size of everything that a browser has to load before a desk works. */
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { anAgent } from "../factories/desk.ts";
import { anAccount, aSession } from "../factories/staff.ts";
import { type Instance, serveInstances } from "./instances.ts";

const LIMIT = 200_000;

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

/** Every script that the page as it is served refers to, but those for browsers without modules. */
async function scriptsOf(path: string): Promise<{ name: string; text: string }[]> {
  const cookie = await aSession((await anAccount({ agentId: await anAgent() })).id);
  const page = await fetch(`${app.url}${path}`, { headers: { cookie } });
  const html = (await page.text()).replaceAll(/<script[^>]* nomodule=""[^>]*>/gi, "");
  const names = new Set([...html.matchAll(/static\/chunks\/[\w.~-]+\.js/g)].map(([name]) => name));
  return Promise.all(
    [...names].map(async (name) => ({ name, text: await (await fetch(`${app.url}/_next/${name}`)).text() })),
  );
}

test("the first load of a desk is less than 200 kB of compressed JavaScript", async () => {
  const sizes = (await scriptsOf("/desk")).map(({ name, text }) => ({ name, size: gzipSync(text).length }));
  const sum = sizes.reduce((total, { size }) => total + size, 0);
  const biggest = sizes.sort((a, b) => b.size - a.size).map(({ name, size }) => `${size} ${name}`);
  expect(sizes.length).toBeGreaterThan(5);
  expect(sum, `${sum} bytes:\n${biggest.join("\n")}\n`).toBeLessThan(LIMIT);
});

test("neither the schemas of the API nor the code of the database come along with a desk", async () => {
  for (const { name, text } of await scriptsOf("/desk"))
    expect(/ZodError|PrismaClient|ringback_now/.exec(text), name).toBeNull();
});
