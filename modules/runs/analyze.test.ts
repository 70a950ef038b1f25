import { expect, test, vi } from "vitest";
import { analysis, analyzeAgain, retryFailed, HANDLERS } from "#modules/runs";
import { hasPython } from "#tests/fakes/python";
import { aRun, work } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";

const ANALYSED = { analyze: HANDLERS.analyze };

test.skipIf(!hasPython)(
  "a run that ends is analysed, and says which model is better or that they are tied",
  async () => {
    const id = await aRun({ models: ["mock/warm", "mock/brief", "mock/refuses"], scenarios: 9 });
    await work(ANALYSED);
    const [basic, deep] = await analysis({ db }, id);
    expect(basic).toMatchObject({ kind: "basic", transcripts: 27, error: null });
    expect(basic?.result?.byModel).toMatchObject([
      { modelId: "mock/brief", items: 9, completed: 9, refused: 0, valueMentions: 0 },
      { modelId: "mock/refuses", items: 9 },
      { modelId: "mock/warm", items: 9, completed: 9, valueMentions: 18 },
    ]);
    const sentences = ((deep?.result?.compare ?? []) as { sentence: string }[]).map(({ sentence }) => sentence);
    expect(sentences).toEqual([
      "mock/brief and mock/refuses are tied over the same 9 scenarios: they score the same in each.",
      "mock/warm is better than mock/brief over the same 9 scenarios, by 1.00 of 1 (p = 0.012).",
      "mock/warm is better than mock/refuses over the same 9 scenarios, by 1.00 of 1 (p = 0.012).",
    ]);
  },
);

test.skipIf(!hasPython)("an analysis is made again on demand, and takes in transcripts that came late", async () => {
  const id = await aRun({ models: ["mock/broken", "mock/brief"], scenarios: 2 });
  await expect(analyzeAgain(await aCtx(), id)).rejects.toMatchObject({ name: "RunStateError" });
  for (let tries = 0; tries < 4; tries += 1) {
    await work(ANALYSED);
    await advance({ minutes: 10 });
  }
  expect((await analysis({ db }, id))[0]).toMatchObject({ transcripts: 2 });
  await retryFailed(await aCtx(), id);
  await work({
    ...ANALYSED,
    probe: (ctx, job, signal) => HANDLERS.probe(ctx, { ...job, modelId: "mock/brief" }, signal),
  });
  await work(ANALYSED);
  expect((await analysis({ db }, id)).map(({ transcripts }) => transcripts)).toEqual([4, 4]);
  await analyzeAgain(await aCtx(), id);
  await work(ANALYSED);
  expect((await analysis({ db }, id))[1]).toMatchObject({ transcripts: 4, error: null });
});

test("where there is no Python 3 the run ends all the same, and its analyses say so in a sentence", async () => {
  vi.stubEnv("PATH", "/nowhere");
  const id = await aRun();
  await work(ANALYSED);
  vi.unstubAllEnvs();
  const said = await analysis({ db }, id);
  expect(said.map(({ error, result }) => [error, result])).toEqual(
    Array(2).fill(["There is no Python 3 here (python3); install it to have runs analysed.", null]),
  );
});
