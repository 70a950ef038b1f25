import { createHash, randomUUID } from "node:crypto";
import { createClient } from "@vercel/kv";
import { z } from "zod";
import { type KvStore, MAX_DOCUMENT_BYTES } from "#lib/kv";
import { documentText, newDocumentText, patchText, storedDocument } from "#lib/kv/document";
import { KvError, type KvErrorKind } from "#lib/kv/error";
import { CHANGE, CREATE, FOLLOW, HELD, READ, VERSIONS } from "#lib/kv/redis-scripts";

/** Where the REST interface of a Redis is. `newId` names an operation, so that Redis knows a repetition of it. */
type Address = Readonly<{ url: string; token: string; newId?: () => string }>;

/** What Redis can do besides. */
type RedisKv = KvStore &
  Readonly<{
    /**
     * Pages of the keys that begin with `prefix`; one that comes or goes meanwhile may be missing, and one may come
     * twice.
     */
    scan(prefix: string): AsyncIterable<string[]>;
  }>;

/** For one operation with its repetition, in milliseconds. */
const PATIENCE = 2_500;
const KEYS_AT_ONCE = 500;

/**
 * Documents as JSON texts in Redis, through its REST interface. Every call is one request that runs one script, also
 * where it only reads: a script runs on the primary, which knows the latest change. The client sends a request again
 * when there is no answer; a change that was made is not made twice, and answers what lies there now. A store that
 * fails does so within three seconds, with a KvError.
 */
export function redisKv({ url, token, newId = randomUUID }: Address): RedisKv {
  const client = open(url, token);
  const run = <T>(answer: z.ZodType<T>, script: string, keys: readonly string[], args: string[] = []): Promise<T> =>
    understood(answer, () => runScript(client, script, [...keys], args));

  return {
    async create(key, document, { now, expiresAt }) {
      const text = newDocumentText(document, expiresAt);
      if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) return { outcome: "too_large" };
      const [outcome, there] = await run(
        created,
        CREATE,
        [key, operationKey(key, newId())],
        [text, `${Math.max(1, expiresAt.getTime() - now.getTime())}`],
      );
      return { outcome, stored: there ?? stored.parse(text) };
    },
    async get(key) {
      return run(stored.nullable(), READ, [key]);
    },
    async change(key, patch, where = {}) {
      const args = [patchText(patch), documentText(where), `${MAX_DOCUMENT_BYTES}`];
      const answer = await run(changed, CHANGE, [key, operationKey(key, newId())], args);
      return answer && { outcome: answer[0], stored: answer[1], leftMs: answer[2] };
    },
    async follow(key, { stored, leftMs }) {
      const milliseconds = Math.floor(leftMs);
      if (milliseconds < 1) return false;
      return (await run(z.number(), FOLLOW, [key], [documentText(stored), `${milliseconds}`])) === 1;
    },
    held: (keys) => (keys.length === 0 ? Promise.resolve([]) : run(held, HELD, keys)),
    versions: (keys) => (keys.length === 0 ? Promise.resolve([]) : run(versions, VERSIONS, keys)),
    async *scan(prefix) {
      const match = `${prefix.replace(/[\\*?[\]]/g, "\\$&")}*`;
      let cursor = "0";
      do {
        const page = await understood(scanned, () => client.scan(cursor, { match, count: KEYS_AT_ONCE }));
        cursor = page[0];
        if (page[1].length > 0) yield page[1];
      } while (cursor !== "0");
    },
  };
}

const stored = z.string().transform((text) => storedDocument.parse(JSON.parse(text)));
const created = z.union([z.tuple([z.literal("created"), stored.nullable()]), z.tuple([z.literal("exists"), stored])]);
const changed = z.tuple([z.enum(["changed", "unfit", "too_large"]), stored, z.number()]).nullable();
const held = z.array(
  z
    .tuple([stored, z.number()])
    .transform(([stored, leftMs]) => ({ stored, leftMs }))
    .nullable(),
);
const versions = z.array(z.number().nullable());
const scanned = z.tuple([z.string(), z.array(z.string())]);

/** The braces put it where the document's own key is, should the store ever be divided by key. */
function operationKey(key: string, id: string): string {
  return `operation:{${key}}:${id}`;
}

function open(url: string, token: string): ReturnType<typeof createClient> {
  try {
    return createClient({
      url,
      token,
      // An answer of the store is never one of yesterday.
      cache: "no-store",
      // Texts are parsed here: the client would turn "123" into a number.
      automaticDeserialization: false,
      retry: { retries: 1, backoff: () => 100 },
      // As a function it is a time limit for each operation, repetition included, and failing is an error.
      signal: () => AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new KvError("refused");
  }
}

/** Runs a script by its digest, which Redis knows after the first time; with its whole text when it does not. */
async function runScript(
  client: ReturnType<typeof createClient>,
  script: string,
  keys: string[],
  args: string[],
): Promise<unknown> {
  try {
    return await client.evalsha(digestOf(script), keys, args);
  } catch (error) {
    if (!/\bNOSCRIPT\b/.test((error as Error).message)) throw error;
    return client.eval(script, keys, args);
  }
}

const digests = new Map<string, string>();

function digestOf(script: string): string {
  const known = digests.get(script) ?? createHash("sha1").update(script).digest("hex");
  digests.set(script, known);
  return known;
}

/** The answer, checked, or a KvError. */
async function understood<T>(answer: z.ZodType<T>, ask: () => Promise<unknown>): Promise<T> {
  try {
    return answer.parse(await ask());
  } catch (error) {
    throw new KvError(kindOf(error));
  }
}

function kindOf(error: unknown): KvErrorKind {
  if (!(error instanceof Error)) return "unreachable";
  if (error.name === "UpstashError") return "refused";
  const isOfTheAnswer = error instanceof z.ZodError || ["UpstashJSONParseError", "SyntaxError"].includes(error.name);
  // The client stumbles over an answer of another shape with a TypeError; that of a failed fetch has a cause.
  const isOfTheClient = error instanceof TypeError && error.cause === undefined;
  return isOfTheAnswer || isOfTheClient ? "garbled" : "unreachable";
}
