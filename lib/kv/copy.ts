import { createHash } from "node:crypto";
import { createClient } from "@vercel/kv";
import { z } from "zod";
import type { Copies, Stored } from "#lib/kv";
import { KvError, type KvErrorKind } from "#lib/kv/error";

/** The address of a Redis over REST. */
export type RedisAddress = Readonly<{
  url: string;
  token: string;
  /** For one operation with its retry. A copy is there for speed, so no caller waits long for it: 1,000 by default. */
  timeoutMs?: number;
}>;

const TIMEOUT_MS = 1_000;
/** For how long a dropped copy is remembered when its document has expired. */
const LEAST_MS = 60_000;

/** KEYS: copy, version. A script, also for reading: it runs on the primary, which knows the latest change. */
const GET = `return redis.call('MGET', KEYS[1], KEYS[2])`;

/** KEYS: versions. */
const VERSIONS = `return redis.call('MGET', unpack(KEYS))`;

/** KEYS: copy, version. ARGV: text, version, milliseconds left, the newer version that does not count. */
const PUT = `
local there = tonumber(redis.call('GET', KEYS[2]) or 0)
if there > tonumber(ARGV[2]) and there ~= tonumber(ARGV[4]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1`;

/** KEYS: copy, version. ARGV: version, milliseconds. */
const DROP = `
redis.call('DEL', KEYS[1])
if tonumber(redis.call('GET', KEYS[2]) or 0) <= tonumber(ARGV[1]) then redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2]) end
return 1`;

/** Opens the copies in the Redis at this address. */
export function redisCopies(address: RedisAddress): Copies {
  const client = open(address);
  const run = <T>(answer: z.ZodType<T>, script: string, keys: readonly string[], args: string[] = []): Promise<T> =>
    parsedAnswer(answer, () => runScript(client, script, [...keys], args));

  return {
    async get(key) {
      const [copy, version] = await run(found, GET, [key, versionKey(key)]);
      return copy !== null && copy.version === version ? copy : null;
    },
    async put(key, { stored, leftMs }, over = 0) {
      if (leftMs < 1) return false;
      const args = [JSON.stringify(stored), `${stored.version}`, `${Math.floor(leftMs)}`, `${over}`];
      return (await run(z.number(), PUT, [key, versionKey(key)], args)) === 1;
    },
    async drop(key, version, leftMs) {
      const milliseconds = Math.max(LEAST_MS, Math.ceil(leftMs));
      await run(z.number(), DROP, [key, versionKey(key)], [`${version}`, `${milliseconds}`]);
    },
    versions: async (keys) => (keys.length === 0 ? [] : run(versions, VERSIONS, keys.map(versionKey))),
  };
}

/** Keeps the very object, since a parsed copy might lose a field named `__proto__`. */
const storedDocument = z.custom<Stored>((value) => {
  const { version, expiresAt } = (value ?? {}) as Partial<Stored>;
  return typeof version === "number" && typeof expiresAt === "string";
});
const version = z.coerce.number().nullable();
const versions = z.array(version);
const found = z.tuple([
  z
    .string()
    .transform((text) => storedDocument.parse(JSON.parse(text)))
    .nullable(),
  version,
]);

/** The braces place it on the node of the copy, should the store ever be sharded by key. */
function versionKey(key: string): string {
  return `version:{${key}}`;
}

function open({ url, token, timeoutMs = TIMEOUT_MS }: RedisAddress): ReturnType<typeof createClient> {
  try {
    return createClient({
      url,
      token,
      // No cache may answer for the store.
      cache: "no-store",
      // Texts are parsed here: the client would turn "123" into a number.
      automaticDeserialization: false,
      // Every script may run twice: the second run changes nothing.
      retry: { retries: 1, backoff: () => 50 },
      // As a function it limits the time of each operation, retry included, and a timeout is an error.
      signal: () => AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw new KvError("refused");
  }
}

/** Runs a script by its digest, which Redis knows after the first run; with its whole text when it does not. */
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

/** Parses the answer, or throws a KvError. */
async function parsedAnswer<T>(answer: z.ZodType<T>, ask: () => Promise<unknown>): Promise<T> {
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
  // The client fails with a TypeError for an answer of another shape; that of a failed fetch has a cause.
  const isOfTheClient = error instanceof TypeError && error.cause === undefined;
  return isOfTheAnswer || isOfTheClient ? "malformed" : "unreachable";
}
