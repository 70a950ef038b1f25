/** Reads notes in a worker: the grammar alone takes half a second to load, in which a page would answer no key and no click. */
import type { Claim, Unit } from "./schema.ts";

/** A note to read; null: the worker only loads. */
export type ReadRequest = { id: number; unit: Unit | null };
/** The claims of the note, and the files from which the worker was loaded; or why it could not be read. */
export type ReadReply = { id: number; claims: Claim[]; files: string[] } | { id: number; fault: string };
type Read = Extract<ReadReply, { files: unknown }>;

/** The code that reads notes could not be loaded; the work waits until it can. */
export class NotLoaded extends Error {
  override readonly name = "not_loaded";
  constructor() {
    super("What reads the notes could not be loaded; it is tried again.");
  }
}

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, { resolve: (read: Read) => void; reject: (error: Error) => void }>();

/** The claims in the notes of a call. Undefined in a browser without workers, whose page reads them itself. */
export function readInWorker(unit: Unit): Promise<Claim[]> | undefined {
  return ask(unit)?.then(({ claims }) => claims);
}

/** Loads the worker and returns the addresses of its files; undefined in a browser without workers. */
export function loadWorker(): Promise<string[]> | undefined {
  return ask(null)?.then(({ files }) => files);
}

function ask(unit: Unit | null): Promise<Read> | undefined {
  if (typeof Worker === "undefined") return undefined;
  worker ??= begin();
  const id = ++last;
  const { promise, resolve, reject } = Promise.withResolvers<Read>();
  waiting.set(id, { resolve, reject });
  worker.postMessage({ id, unit } satisfies ReadRequest);
  return promise;
}

function begin(): Worker {
  const begun = new Worker(new URL("./reader.worker.ts", import.meta.url), { type: "module" });
  begun.addEventListener("message", ({ data }: MessageEvent<ReadReply>) => {
    const one = waiting.get(data.id);
    waiting.delete(data.id);
    if ("fault" in data) one?.reject(new Error(data.fault));
    else one?.resolve(data);
  });
  // Its files could not be loaded, as without a connection; the next note begins another worker.
  begun.addEventListener("error", () => {
    begun.terminate();
    worker = undefined;
    const unanswered = [...waiting.values()];
    waiting.clear();
    for (const { reject } of unanswered) reject(new NotLoaded());
  });
  return begun;
}
