/** The labelled sentences of this folder, for tests and for what is learnt from them. `GUIDE.md` says what a label means. */
import { readdirSync, readFileSync } from "node:fs";
import type { Kind } from "../schema.ts";

export type Label = { kind: Kind; owedBy: "us" | "them" | null; time: string | null };
export type Labelled = { sentence: string; labels: Label[] };

const ENDING = ".tsv";

/** The sentences of one file. */
export function labelled(file: string): Labelled[] {
  return readFileSync(new URL(`${file}${ENDING}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [labels = "", sentence = ""] = line.split("\t");
      return { sentence, labels: labels === "-" ? [] : labels.split(/ *\| */).map(labelOf) };
    });
}

/** The files from which may be learnt: all but those that were written apart. */
export function filesToLearnFrom(): string[] {
  const files = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(ENDING));
  return files
    .map((name) => name.slice(0, -ENDING.length))
    .filter((name) => !name.endsWith("apart"))
    .sort();
}

function labelOf(text: string): Label {
  const [, kind, owedBy, time] = /^(\w+)(?:>(us|them))?(?: (\S+))?$/.exec(text) ?? [];
  return { kind: kind as Kind, owedBy: (owedBy ?? null) as Label["owedBy"], time: time ?? null };
}
