import { z } from "zod";
import { LIMITS, type Limits, SERVICES } from "#declared";
import "./input-words.ts";
import {
  flag,
  httpAddress,
  isPercentEncoded,
  listOf,
  longSecret,
  secret,
  serverUrl,
  type Setting,
  type ValuesOf,
  wholeNumber,
} from "./setting.ts";

export type { Limits } from "#declared";

/** The number of a port. */
const port = wholeNumber(1, 65_535);

const COLLECTOR = "must be the address of a collector of traces such as http://localhost:4318";

/** Headers as OpenTelemetry writes them; values are percent-encoded. */
const headers = z
  .string()
  .regex(
    /^[\w-]+=[\x21-\x2b\x2d-\x7e]+(, ?[\w-]+=[\x21-\x2b\x2d-\x7e]+)*$/,
    "must be headers such as authorization=Bearer%20abc, with commas",
  )
  .refine(isPercentEncoded, "must be percent-encoded")
  .transform((list) =>
    Object.fromEntries(
      list.split(/, ?/).map((one): [string, string] => {
        const [name = "", ...value] = one.split("=");
        return [name, decodeURIComponent(value.join("="))];
      }),
    ),
  );

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.parse(text)?.origin === text;
}

const { schema: rate, form: rateForm } = wholeNumber(1, 1_000_000);

/** The variables of a process that works on the database: no port, no secret of callers. */
const RUNTIME = {
  DATABASE_URL: {
    meaning: "The PostgreSQL (15 or newer) to use instead of the embedded one.",
    otherwise: "embedded",
    schema: serverUrl(
      /^postgres(ql)?$/,
      "must be a PostgreSQL address such as postgresql://user:password@host:5432/name",
    ),
  },
  DATABASE_POOL_SIZE: {
    meaning: "How many connections one process may hold open to the database; small where many processes share it.",
    usual: "10",
    ...wholeNumber(1, 200),
  },
  REQUEST_TIMEOUT_SECONDS: {
    meaning:
      "Within how many seconds a request is answered, if only with 503 and the advice to send it again. More where machine or database are slow.",
    usual: "5",
    ...wholeNumber(1, 300),
  },
  KV_REST_API_URL: {
    meaning:
      "A Redis over REST (Upstash, as Vercel sets it) with copies of the tasks for fast reading. Nothing depends on it.",
    needs: { variable: "KV_REST_API_TOKEN" },
    schema: httpAddress("must be the address of a Redis over REST").optional(),
  },
  KV_REST_API_TOKEN: {
    meaning: "Its token.",
    needs: { variable: "KV_REST_API_URL" },
    schema: secret.optional(),
  },
};

/** The variables that belong to no module. */
const OWN = {
  ...RUNTIME,
  PORT: { meaning: "The port the app listens on.", usual: "3000", ...port },
  CRON_SECRET: {
    meaning:
      "The secret that crons send as `Authorization: Bearer ...`; at least 16 characters. Required in production.",
    otherwise: "made at the first start",
    schema: secret,
  },
  SERVICE_API_KEY: {
    meaning:
      "The secret that machine clients send as `Authorization: Bearer ...`; at least 16 characters. Required in production.",
    otherwise: "made at the first start",
    schema: secret,
  },
  AUTH_SECRET: {
    meaning: "The key that signs the cookies of people; at least 32 characters. Required in production.",
    otherwise: "made at the first start",
    schema: longSecret,
  },
  RINGBACK_URL: {
    meaning:
      "The address people open. With https:// cookies are sent over https only; set it on every public installation.",
    schema: httpAddress("must be the address people open, such as https://desk.example.com").optional(),
  },
  TRUSTED_PROXIES: {
    meaning:
      "How many proxies stand in front of the app and add themselves to x-forwarded-for; with 0 the header is ignored. Behind any proxy set it (Vercel: 1), or the limits by network count everybody as one.",
    usual: "0",
    ...wholeNumber(0, 10),
  },
  CONVERSATION_ORIGINS: {
    meaning:
      "The origins whose pages may hold a conversation, such as https://app.example.com,http://localhost:5173; exact, with commas.",
    usual: "",
    schema: listOf(z.string().refine(isOrigin, "must be origins such as https://app.example.com, with commas")),
  },
  REQUESTS_PER_MINUTE: {
    meaning: "How many requests one signed-in person, or one address nobody knows, may make per minute.",
    usual: "600",
    schema: rate,
    form: rateForm,
  },
  SERVICE_REQUESTS_PER_MINUTE: {
    meaning: "How many requests one API key may make per minute.",
    usual: "6000",
    schema: rate,
    form: rateForm,
  },
  RINGBACK_DATA_DIR: {
    meaning: "The folder of the embedded database and of the log of `npm start`.",
    usual: ".ringback",
    schema: z.string().min(1),
  },
  RINGBACK_DEMO: {
    meaning: "0: do not load invented people into an empty embedded database.",
    usual: "1",
    ...flag,
  },
  RINGBACK_CRON: {
    meaning: "0: `npm start` does not call the crons of vercel.json, and runs no worker.",
    usual: "1",
    ...flag,
  },
  METRICS_TOKEN: {
    meaning:
      "The token that a monitoring system sends as bearer to read /api/metrics, 16 characters or more; it opens nothing else.",
    schema: secret.optional(),
  },
  WORKER_METRICS_PORT: {
    meaning:
      "The port at which a worker answers /metrics, to the same token, with its own counters. Each worker of a machine needs a port of its own.",
    needs: { variable: "METRICS_TOKEN" },
    schema: port.schema.optional(),
    form: port.form,
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    meaning:
      "A collector of OpenTelemetry that takes OTLP over HTTP, such as http://localhost:4318. Each message is a trace there, from its POST to what its provider says of it; unset, nothing is traced.",
    schema: httpAddress(COLLECTOR)
      .refine((written) => /^[^@?#]+$/.test(written), COLLECTOR)
      .optional(),
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    meaning: "The headers that the collector asks for, as authorization=Bearer%20abc, with commas.",
    schema: headers.optional().transform((given) => given ?? {}),
  },
};

const LIMITS_BY_VARIABLE: Readonly<Record<string, Setting>> = Object.fromEntries(
  Object.values(LIMITS).map((limit) => [limit.variable, limit]),
);

/** All variables, those of no module first. */
export const VARIABLES: Readonly<Record<string, Setting>> = { ...OWN, ...SERVICES, ...LIMITS_BY_VARIABLE };

/** The variables of a process that works on the database. */
export type RuntimeEnv = ValuesOf<typeof RUNTIME> & Readonly<{ limits: Limits }>;

/** The parsed environment: the variables of no module, the outside services, and the limits. */
export type Env = ValuesOf<typeof OWN> & ValuesOf<typeof SERVICES> & RuntimeEnv;

type Written = Readonly<Record<string, string | undefined>>;

/** Whether this is the app as it is served, and not a test. */
export const isProduction = (): boolean => process.env.NODE_ENV === "production";

/**
 * Parses the environment. Throws an Error whose message lists every missing or wrong variable, one sentence a line, never with
 * its value.
 */
export function parseEnv(source: Written): Env {
  const values = read(VARIABLES, source);
  return { ...values, limits: limitsOf(values) } as Env;
}

/** Parses the part of the environment that a script needs, without secrets of callers. Throws as `parseEnv` does. */
export function parseRuntimeEnv(source: Written): RuntimeEnv {
  const values = read({ ...RUNTIME, ...LIMITS_BY_VARIABLE }, source);
  return { ...values, limits: limitsOf(values) } as RuntimeEnv;
}

/**
 * Reads the values of these variables, or their defaults; an empty one counts as unset. Throws one sentence for each wrong one.
 */
function read(variables: Readonly<Record<string, Setting>>, source: Written): Record<string, unknown> {
  const wrong: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, usual, needs }] of Object.entries(variables)) {
    const written = source[name] || undefined;
    const parsed = schema.safeParse(written ?? usual);
    if (parsed.success) {
      if (parsed.data !== undefined) values[name] = parsed.data;
    } else if (written === undefined) wrong.push(`${name} is not set; .env.example says what it is for.`);
    else wrong.push(`${name} is wrong: ${parsed.error.issues[0]?.message}.`);
    const isNeeded = needs && written !== undefined && (needs.value ?? written) === written;
    if (isNeeded && !source[needs.variable])
      wrong.push(`${name} is ${needs.value ?? "set"}; set ${needs.variable}, too.`);
  }
  if (wrong.length > 0) throw new Error(`Ringback cannot start with this environment.\n${wrong.join("\n")}`);
  return values;
}

/** Warnings about these variables for the operator who starts a process, as sentences. */
export function warningsOf(source: Written = process.env): string[] {
  return Object.entries(VARIABLES as Readonly<Record<string, Setting>>).flatMap(([name, { warns }]) =>
    warns && source[name] === warns.value ? [`${name} is ${warns.value}: ${warns.sentence}`] : [],
  );
}

/** Picks the limits out of the parsed values, by their own names. */
function limitsOf(values: Readonly<Record<string, unknown>>): Limits {
  const named = Object.entries(LIMITS).map(([name, { variable }]) => [name, values[variable]]);
  return { ...(Object.fromEntries(named) as Omit<Limits, "calendar" | "queueNames">), calendar: null, queueNames: {} };
}

/** The limits when no variable is set. */
export const DEFAULT_LIMITS: Limits = limitsOf(read(LIMITS_BY_VARIABLE, {}));

let parsed: Env | undefined;

/** The environment of this process, parsed once. */
export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}
