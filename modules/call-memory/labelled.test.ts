import { expect, test } from "vitest";
import { readSentence } from "./extract.ts";
import { type Label, labelled } from "./labelled/labelled.ts";
import { KINDS, type Kind } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";

const CALL = new Date("2026-03-02T10:20:00Z");
const ZONE = "Europe/London";

/** As notes are read: a line may hold several sentences. */
function read(line: string): Label[] {
  return sentencesOf(line)
    .flatMap(({ text, isQuestion }) => readSentence(text, CALL, ZONE, isQuestion))
    .map(({ kind, owedBy, due }) => ({ kind, owedBy, time: due?.local ?? null }));
}

/** Counts per kind: a promise is found when its kind and who owes it agree; its time is counted apart. */
function score(file: string) {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, { right: 0, wrong: 0, missed: 0 }])) as Record<
    Kind,
    { right: number; wrong: number; missed: number }
  >;
  const time = { right: 0, all: 0 };
  const mistakes: string[] = [];
  for (const { sentence, labels } of labelled(file)) {
    const left = read(sentence);
    for (const label of labels) {
      const hit = left.findIndex((one) => one.kind === label.kind && one.owedBy === label.owedBy);
      if (hit === -1) {
        counts[label.kind].missed += 1;
        mistakes.push(`missed ${label.kind} ${label.owedBy ?? ""}: ${sentence}`);
        continue;
      }
      counts[label.kind].right += 1;
      const [found] = left.splice(hit, 1);
      if (label.kind === "promise") {
        time.all += 1;
        if (found!.time === label.time) time.right += 1;
        else mistakes.push(`time ${found!.time}, not ${label.time}: ${sentence}`);
      }
    }
    for (const extra of left) {
      counts[extra.kind].wrong += 1;
      mistakes.push(`wrong ${extra.kind} ${extra.owedBy ?? ""}: ${sentence}`);
    }
  }
  return { counts, time, mistakes };
}

/** A share with its 95 % interval (Wilson 1927). */
function share(part: number, whole: number): { value: number; words: string } {
  if (whole === 0) return { value: 1, words: "none" };
  const [z, p] = [1.96, part / whole];
  const middle = (p + (z * z) / (2 * whole)) / (1 + (z * z) / whole);
  const half = (z * Math.sqrt((p * (1 - p)) / whole + (z * z) / (4 * whole * whole))) / (1 + (z * z) / whole);
  return {
    value: p,
    words: `${p.toFixed(2)} (${(middle - half).toFixed(2)} to ${Math.min(1, middle + half).toFixed(2)})`,
  };
}

function print(file: string, { counts, time }: ReturnType<typeof score>): void {
  const lines = KINDS.map((kind) => {
    const { right, wrong, missed } = counts[kind];
    return `${kind.padEnd(10)} precision ${share(right, right + wrong).words}, recall ${share(right, right + missed).words}`;
  });
  process.stdout.write(
    `${[`${file}:`, ...lines, `time       right ${share(time.right, time.all).words}`].join("\n")}\n`,
  );
}

test("of the sentences that rules were tuned on, promises are read as the guide says", () => {
  const scored = score("tuned");
  const { counts, time, mistakes } = scored;
  print("tuned", scored);
  expect(mistakes).toEqual([]);
  const { right, wrong, missed } = counts.promise;
  expect(right / (right + wrong)).toBeGreaterThanOrEqual(0.95);
  expect(right / (right + missed)).toBeGreaterThanOrEqual(0.9);
  expect(time.right / time.all).toBeGreaterThanOrEqual(0.95);
});

/** Not every sentence is read as it is labelled. These floors are what is reached; of the sentences kept apart they are the aims. */
test.each([
  { file: "second", written: "in a second round", floor: { precision: 0.99, recall: 0.96, time: 0.98 } },
  {
    file: "third",
    written: "in a third round, before the rules for them",
    floor: { precision: 0.99, recall: 0.88, time: 0.97 },
  },
  {
    file: "fourth",
    written: "in a sixth round, before the rules for them",
    floor: { precision: 0.98, recall: 0.92, time: 0.97 },
  },
  {
    file: "fifth",
    written: "in a seventh round, before the rules for them",
    floor: { precision: 0.97, recall: 0.8, time: 0.98 },
  },
  {
    file: "sixth",
    written: "in an eighth round, before the rules for them",
    floor: { precision: 0.98, recall: 0.83, time: 0.9 },
  },
  {
    file: "seventh",
    written: "in a ninth round, before the rules for them",
    floor: { precision: 0.98, recall: 0.94, time: 0.94 },
  },
  {
    file: "eighth",
    written: "in a tenth round, before the rules for them",
    floor: { precision: 0.98, recall: 0.91, time: 0.97 },
  },
  {
    file: "contrasts",
    written: "in pairs with and without a promise",
    floor: { precision: 1, recall: 0.6, time: 1 },
  },
  { file: "apart", written: "apart and never tuned on", floor: { precision: 0.95, recall: 0.8, time: 0.9 } },
  {
    file: "second-apart",
    written: "in the second round and never tuned on",
    floor: { precision: 0.9, recall: 0.78, time: 0.96 },
  },
])("of the sentences that were written $written, as much is read right as has been reached", ({ file, floor }) => {
  const scored = score(file);
  print(file, scored);
  const { counts, time } = scored;
  const { right, wrong, missed } = counts.promise;
  expect(right / (right + wrong)).toBeGreaterThanOrEqual(floor.precision);
  expect(right / (right + missed)).toBeGreaterThanOrEqual(floor.recall);
  expect(time.right / time.all).toBeGreaterThanOrEqual(floor.time);
});
