/** A supervisor's view of tasks, and the actions on them, by hand, in a real browser. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { getCallback } from "#modules/callbacks";
import { finishFromRunner, sweepTasks } from "#modules/cursor-tasks";
import { aCallback, anAgent, aUser } from "../factories/desk.ts";
import { expectInvariants } from "../factories/invariants.ts";
import { anAccount } from "../factories/staff.ts";
import { aTask, ends, isOver, stateOf, tasksInEveryState, received } from "../factories/tasks.ts";
import { type Instance, serveInstances } from "../served/instances.ts";
import { aCtx } from "../setup/ctx.ts";
import { advance } from "../setup/database.ts";
import { aWindow, picture, type Window } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

const aSupervisor = async (look: { scheme?: "light" | "dark"; width?: number } = {}): Promise<Window> =>
  aWindow(app.url, { ...look, accountId: (await anAccount()).id });
const rowOf = (page: Page, taskId: string) => page.getByRole("row", { name: taskId });
const storyOf = (page: Page, taskId: string) => page.getByRole("region", { name: `Task ${taskId}` });
const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.ariaLabel ?? (document.activeElement as HTMLElement | null)?.innerText);

/** An undelivered result of a task that names no user. */
async function undeliverable(taskId: string): Promise<void> {
  await ends(await aTask(taskId), "42 EUR were paid back.");
  // No subscriber listens until the result is given up.
  await advance({ hours: 1 });
  await sweepTasks(await aCtx({ actor: { kind: "cron" } }));
}

test("a task that ends is seen to end, without reloading", async () => {
  await aTask("order-1", { toolName: "check_order" });
  await advance({ minutes: 7 });
  const { page, complaints } = await aSupervisor();
  await page.goto("/tasks");
  await rowOf(page, "order-1").getByText("pending", { exact: true }).waitFor();
  await page.getByRole("button", { name: "1 pending oldest 7 min" }).waitFor();
  await ends("order-1");
  await rowOf(page, "order-1").getByText("completed", { exact: true }).waitFor();
  await page.getByRole("button", { name: "1 completed" }).waitFor();
  await received();
  await rowOf(page, "order-1").getByText("delivering", { exact: true }).waitFor();
  await rowOf(page, "order-1").getByText("1 attempt").waitFor();
  expect(complaints).toEqual([]);
});

test("a signed result that a task could not take is in the list and at the task, with the reason", {
  tags: ["long"],
}, async () => {
  await aTask("order-1");
  await finishFromRunner(await aCtx(), { requestId: "order-1", success: "yes", output: "42 EUR were paid back." });
  const { page } = await aSupervisor();
  await page.goto("/tasks?id=order-1");
  const story = storyOf(page, "order-1");
  await story.getByText("Could not be taken").waitFor();
  await story.getByText(/^success: /).waitFor();
  await story.getByText("42 EUR were paid back.").waitFor();
  await page.getByText("1 web hook could not be taken").click();
  await page.getByText(/task order-1: success: /).waitFor();
});

test("a task that comes while somebody is in the list waits until it is asked for", { tags: ["long"] }, async () => {
  await aTask("first");
  const { page } = await aSupervisor();
  await page.goto("/tasks");
  await rowOf(page, "first").hover();
  await aTask("second");
  await page.getByRole("button", { name: "1 new" }).waitFor();
  expect(await rowOf(page, "second").count()).toBe(0);
  await page.getByRole("button", { name: "1 new" }).click();
  await rowOf(page, "second").waitFor();
});

test("the story shows the input, the result and all events of a task, and runs nothing of it", async () => {
  const strange = "<img src=x onerror=\"document.title='run'\"> **bold** https://evil.example";
  await aTask("t:1", {
    toolName: "check_order",
    toolArgs: { order: 4711 },
    sessionPayload: { turn: 12 },
    wsUrl: "wss://relay.example.com/s?key=hidden",
  });
  await advance({ minutes: 90 });
  await ends("t:1", strange);
  const { page, complaints } = await aSupervisor();
  await page.goto("/tasks");
  await page.getByRole("button", { name: "t:1", exact: true }).click();
  const story = storyOf(page, "t:1");
  await story.getByText(strange).waitFor();
  await story.getByRole("region", { name: "Arguments" }).getByText('"order": 4711').waitFor();
  await story.getByRole("region", { name: "Session payload" }).getByText('"turn": 12').waitFor();
  await story.getByText("It was registered.").waitFor();
  await story.getByText("It ended with a result.").waitFor();
  await story.getByText(/^22:[23]\d:\d\d$/).waitFor();
  await story.getByText("it has one").waitFor();
  expect(await page.content()).not.toContain("key=hidden");
  expect(await page.title()).toContain("Tasks");
  expect(complaints).toEqual([]);
});

test("a result that could not be delivered is redelivered", { tags: ["long"] }, async () => {
  await undeliverable("refund-12");
  const { page, complaints } = await aSupervisor();
  await page.goto("/tasks?id=refund-12");
  const story = storyOf(page, "refund-12");
  await story.getByText("undeliverable", { exact: true }).waitFor();
  await story.getByRole("button", { name: "Redeliver" }).click();
  await page.getByText("The result of task refund-12 is delivered to its conversation again.").waitFor();
  await story.getByText("To be redelivered").waitFor();
  expect(await received()).toMatchObject([{ contextId: "refund-12", metadata: { attempt: 1 } }]);
  await story.getByText("delivering", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await expectInvariants();
});

test("a result that cannot be redelivered says why, in a sentence", { tags: ["long"] }, async () => {
  await undeliverable("refund-12");
  const { page } = await aSupervisor();
  await page.goto("/tasks?id=refund-12");
  await storyOf(page, "refund-12").getByRole("button", { name: "Redeliver" }).waitFor();
  await isOver("conv-1");
  await storyOf(page, "refund-12").getByRole("button", { name: "Redeliver" }).click();
  await page.getByText("The conversation of task refund-12 is over; turn it into a callback instead.").waitFor();
  expect(await stateOf("refund-12")).toBe("undeliverable");
});

test("a result that was not delivered becomes a callback to the user who is named, and a refusal is a sentence", async () => {
  await anAgent();
  const userId = await aUser({ firstName: "Uma" });
  await undeliverable("refund-12");
  const { page, complaints } = await aSupervisor();
  await page.goto("/tasks?id=refund-12");
  await storyOf(page, "refund-12").getByRole("button", { name: "Make it a callback" }).click();
  const dialog = page.getByRole("dialog", { name: "Make it a callback" });
  await dialog.getByText("The task names nobody.").waitFor();
  await dialog.getByLabel("User").fill("999");
  await dialog.getByRole("button", { name: "Call them back" }).click();
  await dialog.getByText("There is no user 999; import the user first.").waitFor();
  await picture(page, "tasks-callback-light");
  await dialog.getByLabel("User").fill(String(userId));
  await dialog.getByRole("button", { name: "Call them back" }).click();
  await page.getByText("Task refund-12 is callback 1 now, due at once.").waitFor();
  await storyOf(page, "refund-12").getByText("Became a callback").waitFor();
  expect(await getCallback(await aCtx(), { id: 1 })).toMatchObject({
    callbackReason: expect.stringContaining("42 EUR"),
  });
  await storyOf(page, "refund-12").getByRole("link", { name: "callback 1" }).click();
  await page.getByRole("region", { name: "Callback 1" }).getByText("42 EUR").first().waitFor();
  // The console message is about the refused request.
  expect(complaints.filter((line) => !line.includes("409"))).toEqual([]);
  await expectInvariants();
});

test("state, conversation and search narrow the list, and the address leads to the same again", {
  tags: ["long"],
}, async () => {
  await tasksInEveryState();
  const { page, complaints } = await aSupervisor();
  await page.goto("/tasks");
  await rowOf(page, "stock-9").waitFor();
  await page.getByText("1 result came before its task was registered.").waitFor();
  await page.getByRole("button", { name: "1 failed" }).click();
  await rowOf(page, "order-4711").waitFor({ state: "detached" });
  await rowOf(page, "stock-9").getByText("failed", { exact: true }).waitFor();
  await page.getByRole("button", { name: "1 failed" }).click();
  await page.getByLabel("Conversation", { exact: true }).fill("conv-ada");
  await page.getByLabel("Conversation", { exact: true }).press("Enter");
  await rowOf(page, "stock-9").waitFor({ state: "detached" });
  await page.getByLabel("Search").fill("4712");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await rowOf(page, "order-4711").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "order-4712" }).click();
  await storyOf(page, "order-4712").getByText("It was registered.").waitFor();
  expect(new URL(page.url()).search).toBe("?conversation=conv-ada&search=4712&id=order-4712");
  await page.reload();
  await storyOf(page, "order-4712").getByText("It was registered.").waitFor();
  await expect.poll(() => page.getByRole("row").count()).toBe(2);
  expect(await page.getByLabel("Search").inputValue()).toBe("4712");
  await page.goBack();
  await storyOf(page, "order-4712").waitFor({ state: "detached" });
  await rowOf(page, "order-4712").hover();
  await page.goBack();
  await rowOf(page, "order-4711").waitFor();
  expect(await page.getByLabel("Search").inputValue()).toBe("");
  await page.getByLabel("Search").fill("nothing like it");
  await page.getByLabel("Search").press("Enter");
  await page.getByText("No task fits.").waitFor();
  await page.getByRole("link", { name: "Callbacks" }).click();
  await page.getByRole("heading", { name: "Callbacks", level: 1 }).waitFor();
  await page.goBack();
  await page.getByText("No task fits.").waitFor();
  await page.getByRole("link", { name: "Tasks" }).click();
  await rowOf(page, "stock-9").waitFor();
  await page.goBack();
  await page.getByText("No task fits.").waitFor();
  expect(complaints).toEqual([]);
});

test("when no task fits, it says so, and one press shows all again", { tags: ["long"] }, async () => {
  await tasksInEveryState();
  const { page, complaints } = await aSupervisor();
  await page.goto("/tasks?search=nothing+like+it");
  await page.getByText("No task fits. Take another state, another conversation, or fewer letters.").waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await rowOf(page, "stock-9").waitFor();
  expect(complaints).toEqual([]);
});

test("more than one page of tasks is shown when asked, the newest first", { tags: ["long"] }, async () => {
  for (let n = 1; n <= 53; n += 1) await aTask(`t-${n}`);
  const { page } = await aSupervisor();
  await page.goto("/tasks");
  await page.getByRole("button", { name: "t-53", exact: true }).waitFor();
  expect(await page.getByRole("row").count()).toBe(51);
  await page.getByRole("button", { name: "Show more" }).click();
  await page.getByRole("button", { name: "Show more" }).waitFor({ state: "detached" });
  expect(await page.getByRole("row").count()).toBe(54);
});

test("with the keyboard alone a result is made a callback", { tags: ["long"] }, async () => {
  await anAgent();
  const userId = await aUser({ firstName: "Uma" });
  await undeliverable("refund-12");
  const { page, complaints } = await aSupervisor();
  await page.goto("/tasks");
  await page.getByRole("button", { name: "refund-12" }).press("Enter");
  await storyOf(page, "refund-12").getByRole("button", { name: "Make it a callback" }).waitFor();
  expect(await focused(page)).toBe("Close the story");
  for (const name of ["conv-1", "Make it a callback"]) {
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe(name);
  }
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await focused(page)).toBe("Make it a callback");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type(String(userId));
  await page.keyboard.press("Enter");
  await page.getByText("Task refund-12 is callback 1 now, due at once.").waitFor();
  await page.getByRole("button", { name: "Make it a callback" }).waitFor({ state: "detached" });
  expect(await focused(page)).toBe("Close the story");
  await page.keyboard.press("Enter");
  await storyOf(page, "refund-12").waitFor({ state: "detached" });
  expect(await focused(page)).toBe("refund-12");
  expect(complaints).toEqual([]);
  await expectInvariants();
});

test("a list without tasks says where tasks come from; an unknown task says so", { tags: ["long"] }, async () => {
  const { page } = await aSupervisor();
  await page.goto("/tasks");
  await page.getByText("No task yet. One comes here when a connected system registers it").waitFor();
  await page.goto("/tasks?id=none");
  await page.getByText("There is no task none.").waitFor();
});

test("a list that cannot be read says so, and comes back when asked", { tags: ["long"] }, async () => {
  await aTask("order-1");
  const { page } = await aSupervisor();
  await page.route("**/api/cursor-tasks*", (route) => route.abort());
  await page.goto("/tasks");
  await page.getByText("Ringback cannot be reached. Check the connection, then try again.").waitFor();
  await page.unroute("**/api/cursor-tasks*");
  await page.getByRole("button", { name: "Try again" }).click();
  await rowOf(page, "order-1").waitFor();
});

test("an agent has no such screen", { tags: ["long"] }, async () => {
  const { page } = await aWindow(app.url, { accountId: (await anAccount({ agentId: await anAgent() })).id });
  await page.goto("/callbacks");
  expect(await page.getByRole("link", { name: "Tasks" }).count()).toBe(0);
  expect((await page.goto("/tasks"))?.status()).toBe(404);
});

test("narrow and wide, nothing leaves the page sideways, however long the ids are", { tags: ["long"] }, async () => {
  const scheme = "light";
  await tasksInEveryState();
  await ends(
    await aTask("x".repeat(200), { conversationId: "c".repeat(200), toolName: "y".repeat(200) }),
    "z".repeat(900),
  );
  for (const width of [360, 1280]) {
    const { page, complaints } = await aSupervisor({ scheme, width });
    for (const [name, path] of [
      ["tasks-undeliverable", "/tasks?id=refund-12"],
      ["tasks-late", "/tasks?id=too-late"],
      ["tasks-long", `/tasks?id=${"x".repeat(200)}`],
    ]) {
      await page.goto(path!);
      await page.getByRole("row").nth(1).waitFor();
      if (path!.includes("id=")) await page.getByText("It was registered.").last().waitFor();
      await picture(page, `${name}-${width}-${scheme}`);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth),
        `${name} at ${width}`,
      ).toBeLessThanOrEqual(width);
    }
    expect(complaints).toEqual([]);
  }
});

test("on a telephone nothing in sight moves when the numbers of the tasks, or the story of a callback, arrive", async () => {
  const id = await aCallback();
  const { page } = await aSupervisor({ width: 360 });
  await page.addInitScript(() => {
    const measured = window as unknown as { shift: number };
    measured.shift = 0;
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries() as (PerformanceEntry & { value: number })[]) measured.shift += value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  for (const [path, answer, text] of [
    ["/tasks", "**/api/cursor-tasks*", "Tasks are counted here"],
    [`/callbacks?id=${id}`, `**/api/callbacks/${id}`, "Promised"],
  ] as const) {
    const rest = Promise.withResolvers<void>();
    await page.route(answer, async (route) => {
      await rest.promise;
      await route.continue();
    });
    await page.goto(path);
    await page.getByText("Loading…").first().waitFor();
    if (path !== "/tasks") await page.getByRole("checkbox").first().waitFor();
    rest.resolve();
    await page.getByText(text).first().waitFor();
    // Two frames later the observer has seen what this drawing moved.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    expect(await page.evaluate(() => (window as unknown as { shift: number }).shift), path).toBeLessThan(0.02);
  }
});
