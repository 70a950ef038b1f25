/** Keeps the embedded database running for as long as `npm start` does. */
import { monotonic, pause } from "#lib/time/clock";
import { type OpenDatabase, openEmbeddedDatabase } from "./postgres/embedded-database.ts";
import { inWords } from "./main.ts";

/** The wait before each attempt, in milliseconds: about ten minutes in all, time to make room on a full disk. */
const WAITS = [0, 500, 1_000, 2_000, 4_000, 8_000, ...Array.from({ length: 40 }, () => 15_000)];
/** A server that has run for this long is healthy again, and gets all attempts anew. */
const WELL_AFTER_MS = 60_000;

export type KeptDatabase = Pick<OpenDatabase, "url" | "close"> & {
  /** Rejects with a sentence when the database cannot be started again; otherwise it never settles. */
  lost: Promise<never>;
};

/**
 * Opens the embedded database under `dataDir` and starts it again, at the same address, whenever it ends without `close`. `say`
 * gets a sentence for each event. `waits`: milliseconds before each attempt.
 */
export async function keepEmbeddedDatabase(
  dataDir: string,
  say: (sentence: string) => void,
  waits: readonly number[] = WAITS,
): Promise<KeptDatabase> {
  const end = new AbortController();
  const { promise: lost, reject } = Promise.withResolvers<never>();
  let current = await openEmbeddedDatabase(dataDir);
  let opening: Promise<OpenDatabase> | undefined;
  const watch = async () => {
    let left = [...waits];
    for (;;) {
      const since = monotonic();
      const words = await current.whenGone();
      if (end.signal.aborted) return;
      say(`The embedded PostgreSQL has ended; starting it again. ${complaint(words)}`.trim());
      if (monotonic() - since > WELL_AFTER_MS) left = [...waits];
      // The guard of the ended server has nothing left to watch.
      await current.close();
      opening = openAgain(dataDir, left, say, end.signal);
      current = await opening;
      say("The embedded PostgreSQL is running again.");
    }
  };
  watch().catch(reject);
  const close = async () => {
    end.abort();
    await opening?.catch(() => {});
    await current.close();
  };
  return { url: current.url, close, lost };
}

/** Opens it at the same address. Uses up the waits in `left`, and throws when none is left. */
async function openAgain(
  dataDir: string,
  left: number[],
  say: (sentence: string) => void,
  signal: AbortSignal,
): Promise<OpenDatabase> {
  let cause: unknown;
  let said = "";
  for (let wait = left.shift(); wait !== undefined; wait = left.shift()) {
    await pause(wait, signal);
    try {
      return await openEmbeddedDatabase(dataDir, { atSamePort: true });
    } catch (error) {
      cause = error;
      const words = complaint(inWords(error));
      if (words !== said) say(`The embedded PostgreSQL does not start yet: ${words}`);
      said = words;
    }
  }
  throw new Error(
    "The embedded PostgreSQL ends again and again. Mend what it says below (room on the disk, the rights of its folder), then run npm start again; nothing that was accepted is lost.",
    { cause },
  );
}

/** The line that matters in the output of PostgreSQL: its last error. */
function complaint(words: string): string {
  const lines = words.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? lines.at(-1) ?? "";
}
