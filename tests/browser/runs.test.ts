/** A supervisor's work with evaluation runs, in a real browser, by keyboard. */
import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { HANDLERS, pauseModel, pauseRun } from "#modules/runs";
import { hasPython } from "../fakes/python.ts";
import { expectInvariants } from "../factories/invariants.ts";
import { aDefinition, aRun, work, workItOut } from "../factories/runs.ts";
import { anAccount } from "../factories/staff.ts";
import { type Instance, serveInstances } from "../served/instances.ts";
import { aCtx } from "../setup/ctx.ts";
import { aWindow, picture, type Window } from "./page.ts";

let app: Instance;
beforeAll(async () => {
  [app] = (await serveInstances(1)) as [Instance];
});

const aSupervisor = async (look: { scheme?: "light" | "dark"; width?: number } = {}): Promise<Window> =>
  aWindow(app.url, { ...look, accountId: (await anAccount()).id });
/** The name of the element that has the focus. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { ariaLabel, textContent } = document.activeElement!;
    return ariaLabel ?? textContent;
  });
/** Lists move while they are live, so nothing is pressed by pointer. */
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).press("Enter");

test("a definition is put to three models: the bars move, a pause says who and why, and the end says which model is better", async () => {
  await aDefinition(8);
  const { page, complaints } = await aSupervisor();
  await page.goto("/runs");
  await page.getByText("No run yet.").waitFor();
  await press(page, "Start a run…");
  const form = page.getByRole("dialog", { name: "Start a run" });
  for (const model of ["mock/brief", "mock/warm", "mock/refuses"]) {
    await form.getByRole("checkbox", { name: model }).press("Space");
  }
  await form.getByText("24 conversations: 8 scenarios, 3 models, 1 time.").waitFor();
  await picture(page, "runs-start-light");
  await form.getByRole("button", { name: "Start", exact: true }).press("Enter");
  await page.getByRole("heading", { name: "Angry customers", level: 1 }).waitFor();
  const bar = page.getByRole("progressbar", { name: "Progress of the run" });
  expect(await bar.getAttribute("aria-valuetext")).toBe("0 of 24");
  await press(page, /^Pause run/);
  const pause = page.getByRole("dialog", { name: /^Pause run/ });
  await pause.getByLabel("Why").fill("provider incident");
  await pause.getByRole("button", { name: "Pause" }).press("Enter");
  await page.getByText("This run was paused by Sam Staff").waitFor();
  // The focus goes from Pause to the button that took its place, and back.
  await expect.poll(() => focused(page)).toBe("Resume the run");
  await page.getByText("The run was paused by Sam Staff: provider incident").waitFor();
  await work();
  expect(await bar.getAttribute("aria-valuetext")).toBe("0 of 24");
  expect(await page.getByRole("button", { name: /^Resume/ }).count()).toBe(1);
  await picture(page, "runs-paused-light");
  await press(page, "Resume the run");
  await page.getByText("This run was paused by").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toMatch(/^Pause run/);
  // A held page does not change while the run goes on.
  await press(page, "Hold updates");
  await page.getByText(/^held since/).waitFor();
  await work();
  expect(await bar.getAttribute("aria-valuetext")).toBe("0 of 24");
  await press(page, "Hold updates");
  await page.locator('[aria-label="Progress of the run"][aria-valuetext="24 of 24"]').waitFor();
  await page.getByText("completed", { exact: true }).first().waitFor();
  await press(page, "Analyse again");
  await page.getByText("The analyses are queued").waitFor();
  await work({ analyze: HANDLERS.analyze });
  if (hasPython) {
    await page.getByText("mock/warm is better than every other model over the same 8 scenarios.").waitFor();
    await page
      .getByText("tied;")
      .or(page.getByText("tied", { exact: true }))
      .first()
      .waitFor();
    await page.getByRole("table", { name: "score by scenario and model" }).waitFor();
    await page.locator(".run-scatter .recharts-scatter-symbol").first().waitFor();
    await page.locator(".run-chart .recharts-bar-rectangle").first().waitFor();
  } else
    await page
      .getByText(/Python/)
      .first()
      .waitFor();
  expect(complaints).toEqual([]);
  await expectInvariants();
});

test("the checkbox, the status and the buttons of a run stand at the line of its name", async () => {
  await aRun({ models: ["mock/brief"] });
  const { page } = await aSupervisor();
  await page.goto("/runs");
  const row = page.getByRole("row").filter({ has: page.getByRole("checkbox") });
  const middle = async (found: Locator) => {
    const { y, height } = (await found.first().boundingBox())!;
    return y + height / 2;
  };
  const name = await middle(row.getByRole("link"));
  for (const found of [row.getByRole("checkbox"), row.locator(".tag"), row.getByRole("button", { name: /^Cancel/ })])
    expect(Math.abs((await middle(found)) - name)).toBeLessThanOrEqual(4);
});

test("a run that does not exist is not found, without an alert, and runs and conversations have names of their own", async () => {
  const id = await aRun({ scenarios: 1, models: ["mock/brief", "mock/warm"], repetitions: 2 });
  const { page, complaints } = await aSupervisor();
  await page.goto("/runs?id=999");
  await page.getByText("There is no run 999.").waitFor();
  expect(await page.getByRole("alert").filter({ hasText: "run" }).count()).toBe(0);
  const other = await aRun({ scenarios: 1, models: ["mock/brief"] });
  await page.goto("/runs");
  for (const run of [id, other]) await page.getByRole("link", { name: `Angry customers, run ${run}` }).waitFor();
  await page.goto(`/runs?id=${id}`);
  for (const model of ["mock/brief", "mock/warm"]) {
    await page.getByRole("button", { name: `Scenario 0, ${model}`, exact: true }).waitFor();
    await page.getByRole("button", { name: `Scenario 0, ${model}, repetition 2`, exact: true }).waitFor();
  }
  expect(complaints).toEqual([]);
});

test("failed items are retried after a preview, and a dead letter is redriven", { tags: ["long"] }, async () => {
  const id = await aRun({ models: ["mock/broken", "mock/brief"], scenarios: 3 });
  await workItOut();
  const { page, complaints } = await aSupervisor();
  await page.goto(`/runs?id=${id}`);
  await press(page, /^Retry what failed as/);
  const dialog = page.getByRole("dialog", { name: /^Retry what failed as/ });
  await dialog.getByText("3 conversations").waitFor();
  await dialog.getByRole("button", { name: "Retry" }).press("Enter");
  await page.getByText("3 conversations wait again, with all attempts.").waitFor();
  await page.getByText("No dead letters:").waitFor();
  await workItOut();
  // Each is a link of its own name.
  await page.getByRole("link", { name: `Scenario 1, mock/broken, run ${id}` }).waitFor();
  await press(page, "Redrive all…");
  await page.getByRole("dialog").getByText("3 conversations").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).press("Enter");
  await page.getByText("No dead letters:").waitFor();
  await page.getByRole("button", { name: "Scenario 0" }).first().press("Enter");
  const story = page.getByRole("region", { name: `Conversation ${id}-0` });
  await story.getByText("Attempt failed").first().waitFor();
  await story.getByText("To be tried again").first().waitFor();
  await page.getByLabel("Search what was said").fill("PARCEL 2");
  await press(page, "Show");
  await page.getByRole("button", { name: "Scenario 1" }).first().waitFor({ state: "detached" });
  // Of the two models one said something.
  await page.getByRole("button", { name: "Scenario 2" }).waitFor();
  await page.getByLabel("Result").selectOption("waiting");
  await page.waitForURL(/waiting/);
  await page.getByRole("button", { name: "Scenario 2" }).waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});

test("the queue says what is paused, by whom and why, and everything is paused and resumed there", {
  tags: ["long"],
}, async () => {
  const id = await aRun();
  await pauseRun(await aCtx(), id, { why: "wrong scenarios" });
  await pauseModel(await aCtx(), "mock/slow", { why: "too dear" });
  const { page, complaints } = await aSupervisor();
  await page.goto("/queue");
  await page.getByText("too dear").waitFor();
  await page.getByText(`Run ${id} was paused by`).waitFor();
  expect(await page.getByRole("link", { name: `Run ${id}` }).getAttribute("href")).toBe(`/runs?id=${id}`);
  await press(page, `Resume run ${id}`);
  await page.getByText("wrong scenarios").waitFor({ state: "detached" });
  await press(page, "Pause everything…");
  await page.getByRole("dialog").getByLabel("Why").fill("maintenance");
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).press("Enter");
  await page.getByText("Everything was paused by Sam Staff").waitFor();
  await expect.poll(() => focused(page)).toBe("Resume everything");
  await picture(page, "queue-light");
  await press(page, "Resume everything");
  await page.getByText("Everything was paused by").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Pause everything…");
  await press(page, "Resume mock/slow");
  await page.getByText("Nothing is paused.").waitFor();
  await expect.poll(() => focused(page)).toBe("Pause mock/slow");
  expect(complaints).toEqual([]);
});
