import { z } from "zod";
import { isDialLink } from "#lib/base/dial-link";
import { isCountry } from "#lib/base/phone";
import type { DeskCalendar } from "../time/desk-calendar.ts";
import { isZone } from "../time/zone.ts";

const seconds = (fallback: number) => z.coerce.number().int().min(1).max(86_400).default(fallback);
const count = (fallback: number, max: number) => z.coerce.number().int().min(1).max(max).default(fallback);
const flag = (fallback: "0" | "1") =>
  z
    .enum(["0", "1"])
    .default(fallback)
    .transform((value) => value === "1");
const secret = z
  .string()
  .min(16, "must be at least 16 characters long")
  .regex(/^[\x21-\x7e]+$/, "must be one line without spaces");

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
/** A length of time with its unit, such as 30s or 24h, as seconds. */
const duration = (fallback: string, most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,6}[smhd]$/, "must be a number with its unit, such as 30s, 5m, 24h or 7d")
    .default(fallback)
    .transform((text) => Number(text.slice(0, -1)) * UNIT_SECONDS[text.slice(-1) as keyof typeof UNIT_SECONDS])
    .pipe(z.int().min(1).max(most));

/** A list of hosts, each with its port unless that is 443. */
const hosts = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter((host) => host !== ""))
  .pipe(
    z.array(
      z
        .string()
        .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?$/, "must be names such as relay.example.com, with commas"),
    ),
  );
/** A list of origins as a browser names them: scheme, host, and the port unless it is the usual one. */
const origins = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter((origin) => origin !== ""))
  .pipe(z.array(z.string().refine(isOrigin, "must be origins such as https://app.example.com, with commas")));

const COLLECTOR = "must be the address of a collector of traces such as http://localhost:4318";

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== "";
  } catch {
    return false;
  }
}

/** Headers as OpenTelemetry writes them; values are percent-encoded. */
const headers = z
  .string()
  .regex(
    /^[\w-]+=[\x21-\x2b\x2d-\x7e]+(, ?[\w-]+=[\x21-\x2b\x2d-\x7e]+)*$/,
    "must be headers such as authorization=Bearer%20abc, with commas",
  )
  .refine(isEncoded, "must be percent-encoded")
  .transform((list) =>
    Object.fromEntries(
      list.split(/, ?/).map((one): [string, string] => {
        const [name = "", ...value] = one.split("=");
        return [name, decodeURIComponent(value.join("="))];
      }),
    ),
  );

/** The nodes of one cluster of RabbitMQ. */
const brokers = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter((node) => node !== ""))
  .pipe(
    z
      .array(
        z.url({
          protocol: /^amqps?$/,
          error: "must be addresses such as amqps://user:password@host:5671, with commas",
        }),
      )
      .min(1, "must be addresses such as amqps://user:password@host:5671, with commas"),
  );

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.parse(text)?.origin === text;
}

/** One or, while they are being changed, two secrets. */
const secrets = (form: z.ZodString) =>
  z
    .string()
    .transform((list) => list.split(","))
    .pipe(z.array(form).max(2));

/** The limits of the desk. Names and defaults are listed in `.env.example` and `docs/environment.md`; a test keeps them equal. */
const limitsSchema = z.object({
  AGENT_GRACE_SECONDS: seconds(120),
  ACCEPTED_GRACE_SECONDS: seconds(600),
  CALL_GRACE_MINUTES: count(30, 1_440),
  OFFER_MINUTES: count(3, 1_440),
  ACCEPTED_MINUTES: count(10, 1_440),
  AGENT_CALLBACK_CAP: count(10, 1_000),
  SNOOZE_LIMIT: count(5, 100),
  AGENT_PROMISES_PER_HOUR: count(30, 1_000),
  AGENT_LOOKUPS_PER_HOUR: count(20, 1_000),
  CALLBACK_RETRY_MINUTES: count(15, 1_440),
  DESK_TIME_ZONE: z.string().refine(isZone, "must be a time zone such as Europe/London").default("UTC"),
  DECENT_HOURS_FROM: count(8, 12),
  DECENT_HOURS_TO: z.coerce.number().int().min(13).max(24).default(21),
  ASKED_TOLERANCE_MINUTES: count(30, 1_440),
  CALLBACK_MAX_ATTEMPTS: count(3, 50),
  SIGN_INS_PER_QUARTER_HOUR: count(10, 1_000),
  RETENTION_DAYS: count(365, 3_650),
  UNDELIVERED_MINUTES: count(5, 1_440),
  CURSOR_TASK_RELAY_HOSTS: hosts.default([]),
  STREAMS_PER_CONVERSATION: count(4, 100),
  STREAMS_PER_INSTANCE: count(500, 100_000),
  RINGBACK_DEMO_DAY: flag("0"),
  REMINDER_FROM: z
    .string()
    .regex(/^\+[1-9][0-9]{6,14}$/, "must be a number of yours with its country code, such as +14155550100")
    .optional(),
  REMINDER_LEAD_MINUTES: count(30, 1_440),
  DIAL_LINK: z
    .string()
    .refine(isDialLink, "must be a tel:, sip:, callto: or https: address with {number} in it")
    .default("tel:{number}"),
  PGBOSS_MAINTENANCE_INTERVAL: duration("30s", 3_600),
  PGBOSS_ARCHIVE_AFTER: duration("24h", 365 * 86_400),
  QUEUE_WORKER_CONCURRENCY: count(10, 200),
  DEFAULT_COUNTRY: z.string().refine(isCountry, "must be a country such as GB").optional(),
  QUEUE_BACKEND: z
    .enum(["postgres", "memory", "rabbitmq"], { error: "must be postgres, memory or rabbitmq" })
    .default("postgres"),
  QUEUE_MAX_DEPTH: count(1_000_000, 100_000_000),
  WORKER_ENABLED: flag("1"),
  WORKER_CONCURRENCY: count(10, 200),
  SENDS_PER_SECOND: count(50, 10_000),
  RETRY_MAX_ATTEMPTS: count(10, 50),
  RETRY_MAX_AGE: duration("72h", 30 * 86_400),
  DLQ_RETENTION: duration("720h", 3_650 * 86_400),
  UNSURE_POLICY: z.enum(["hold", "resend"], { error: "must be hold or resend" }).default("hold"),
});

export const envSchema = limitsSchema.extend({
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: "must be a PostgreSQL address such as postgresql://user:password@host:5432/name",
  }),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  CRON_SECRET: secret,
  SERVICE_API_KEY: secret,
  AUTH_SECRET: secret.min(32, "must be at least 32 characters long"),
  RINGBACK_URL: z
    .url({ protocol: /^https?$/, error: "must be the address people open, such as https://desk.example.com" })
    .optional(),
  KV_REST_API_URL: z.url({ protocol: /^https?$/, error: "must be the address of a Redis over REST" }).optional(),
  KV_REST_API_TOKEN: secret.optional(),
  CURSOR_API_URL: z.url({ protocol: /^https?$/, error: "must be an https address" }).default("https://api.cursor.com"),
  CURSOR_API_KEY: secret.optional(),
  AI_BASE_URL: z.url({ protocol: /^https?$/, error: "must be an https address" }).optional(),
  AI_API_KEY: z.string().min(1).optional(),
  AI_MODELS: z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter((name) => name !== ""))
    .pipe(z.array(z.string().regex(/^(?!mock\/)[\w.:/-]{1,200}$/, "must be names of models, with commas")).max(200))
    .default([]),
  CURSOR_WEBHOOK_SECRET: secrets(secret.min(32, "must be at least 32 characters long")).optional(),
  RUNNER_WEBHOOK_SECRET: secrets(
    z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "must be whsec_ and 24 to 64 bytes in base64"),
  ).optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, "must be AC and 32 hexadecimal digits")
    .optional(),
  TWILIO_AUTH_TOKEN: secrets(secret).optional(),
  TWILIO_API_URL: z.url({ protocol: /^https?$/, error: "must be an https address" }).default("https://api.twilio.com"),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "must be the address of a mail server such as smtps://user:password@host" })
    .optional(),
  RABBITMQ_URL: brokers.optional(),
  METRICS_TOKEN: secret.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: COLLECTOR })
    .refine((written) => /^[^@?#]+$/.test(written), COLLECTOR)
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headers.default({}),
  WORKER_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  CONVERSATION_ORIGINS: origins.default([]),
  REQUESTS_PER_MINUTE: count(600, 1_000_000),
  SERVICE_REQUESTS_PER_MINUTE: count(6_000, 1_000_000),
  RINGBACK_DATA_DIR: z.string().min(1).default(".ringback"),
  RINGBACK_DEMO: flag("1"),
  RINGBACK_CRON: flag("1"),
  DATABASE_POOL_SIZE: count(10, 200),
});

export type Env = z.infer<typeof envSchema>;

/** What a process needs to work on the database: no port, no secret of callers. */
const runtimeSchema = limitsSchema.extend(
  envSchema.pick({ DATABASE_URL: true, DATABASE_POOL_SIZE: true, KV_REST_API_URL: true, KV_REST_API_TOKEN: true })
    .shape,
);

export type RuntimeEnv = z.infer<typeof runtimeSchema>;

/** The times and limits an operation may need, in words and units. */
export type Limits = Readonly<{
  agentGraceSeconds: number;
  acceptedGraceSeconds: number;
  /** A call whose agent is absent for so long is given back. */
  callGraceMinutes: number;
  /** A callback that its agent leaves waiting for so long after its time is offered to somebody else. */
  offerMinutes: number;
  /** The same for one that the agent has accepted. */
  acceptedMinutes: number;
  agentCallbackCap: number;
  snoozeLimit: number;
  /** Promises that one agent makes by hand, without the outcome of a call. */
  agentPromisesPerHour: number;
  /** Telephone numbers that one agent looks up, found or not. */
  agentLookupsPerHour: number;
  callbackRetryMinutes: number;
  /** The zone of users of whom nothing is known. */
  deskTimeZone: string;
  /** Whole hours of the called person's clock: nobody is called before the one or from the other on. */
  decentHoursFrom: number;
  decentHoursTo: number;
  /** When the desk is open; null: always. Set by supervisors, never by the environment. */
  calendar: DeskCalendar | null;
  /** How late somebody may be called who asked for a time outside those hours. */
  askedToleranceMinutes: number;
  callbackMaxAttempts: number;
  signInsPerQuarterHour: number;
  retentionDays: number;
  /** A result that nobody acknowledged for so long becomes a callback. */
  undeliveredMinutes: number;
  /** The relays that may be dialled; nobody else is. */
  relayHosts: readonly string[];
  /** Event streams that one conversation, and one process, may hold open. */
  streamsPerConversation: number;
  streamsPerInstance: number;
  /** How often what the queues need of upkeep is done, and how long a finished job stays in them. */
  queueMaintenanceSeconds: number;
  queueArchiveSeconds: number;
  /** How many jobs one worker works on at once. */
  workerConcurrency: number;
  /** The number that texts about callbacks come from, or null: none are sent; and how long before a call the last one goes. */
  reminderFrom: string | null;
  reminderLeadMinutes: number;
  /** What a number on the desk opens, with `{number}` in it. */
  dialLink: string;
  /** The country in whose way numbers are written when neither the person nor the zone says one. */
  defaultCountry: string | null;
  /** What lies between accepting a message and storing it, and how many may be in there. */
  queueBackend: "postgres" | "memory" | "rabbitmq";
  messageQueueDepth: number;
  /** Whether messages are worked on here, and how many one process sends at once. */
  isMessageWorker: boolean;
  messageConcurrency: number;
  /** How many messages one provider gets in a second, from all workers together. */
  sendsPerSecond: number;
  /** A message goes to the dead letters after so many attempts, or when it could be sent for so long and was not. */
  retryMaxAttempts: number;
  retryMaxAgeSeconds: number;
  /** A dead letter that nobody has sent again for so long is deleted. */
  deadLetterSeconds: number;
  /** What becomes of a message of which nobody could find out whether it was sent. */
  unsurePolicy: "hold" | "resend";
  /** Whether somebody may start a simulated day here. */
  hasDemoDay: boolean;
}>;

/** One of these without the other is half of a set-up. */
const TOGETHER = [
  ["KV_REST_API_URL", "KV_REST_API_TOKEN"],
  ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
] as const;

/** Whether this is the app as it is served, and not a test of it. */
export const isProduction = (): boolean => process.env.NODE_ENV === "production";

const CANNOT_START = "Ringback cannot start with this environment.\n";

/**
 * Reads the environment. Throws an Error whose message lists every variable that is missing or wrong, one sentence a
 * line, and never the value.
 */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const parsed = parseWith(envSchema, source);
  if (parsed.QUEUE_BACKEND === "rabbitmq" && !parsed.RABBITMQ_URL) {
    throw new Error(`${CANNOT_START}QUEUE_BACKEND is rabbitmq; set RABBITMQ_URL, too.`);
  }
  if (parsed.WORKER_METRICS_PORT && !parsed.METRICS_TOKEN) {
    throw new Error(`${CANNOT_START}WORKER_METRICS_PORT is set; set METRICS_TOKEN, too.`);
  }
  return parsed;
}

/** The part of the environment that a script needs, which has no secret of callers. Throws as `parseEnv` does. */
export function parseRuntimeEnv(source: Record<string, string | undefined>): RuntimeEnv {
  return parseWith(runtimeSchema, source);
}

function parseWith<T extends object>(schema: z.ZodType<T>, source: Record<string, string | undefined>): T {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return given[name] === undefined
        ? `${name} is not set; .env.example says what it is for.`
        : `${name} is wrong: ${issue.message}.`;
    });
    throw new Error(`${CANNOT_START}${sentences.join("\n")}`);
  }
  const known = parsed.data as Partial<Env>;
  const alone = TOGETHER.find(([one, other]) => (known[one] === undefined) !== (known[other] === undefined));
  if (alone) throw new Error(`${CANNOT_START}${alone.join(" and ")} belong together; set both or none.`);
  return parsed.data;
}

/** The limits out of a parsed environment. */
export function limitsOf(env: z.infer<typeof limitsSchema>): Limits {
  return {
    agentGraceSeconds: env.AGENT_GRACE_SECONDS,
    acceptedGraceSeconds: env.ACCEPTED_GRACE_SECONDS,
    callGraceMinutes: env.CALL_GRACE_MINUTES,
    offerMinutes: env.OFFER_MINUTES,
    acceptedMinutes: env.ACCEPTED_MINUTES,
    agentCallbackCap: env.AGENT_CALLBACK_CAP,
    snoozeLimit: env.SNOOZE_LIMIT,
    agentPromisesPerHour: env.AGENT_PROMISES_PER_HOUR,
    agentLookupsPerHour: env.AGENT_LOOKUPS_PER_HOUR,
    callbackRetryMinutes: env.CALLBACK_RETRY_MINUTES,
    deskTimeZone: env.DESK_TIME_ZONE,
    calendar: null,
    decentHoursFrom: env.DECENT_HOURS_FROM,
    decentHoursTo: env.DECENT_HOURS_TO,
    askedToleranceMinutes: env.ASKED_TOLERANCE_MINUTES,
    callbackMaxAttempts: env.CALLBACK_MAX_ATTEMPTS,
    signInsPerQuarterHour: env.SIGN_INS_PER_QUARTER_HOUR,
    retentionDays: env.RETENTION_DAYS,
    undeliveredMinutes: env.UNDELIVERED_MINUTES,
    relayHosts: env.CURSOR_TASK_RELAY_HOSTS,
    streamsPerConversation: env.STREAMS_PER_CONVERSATION,
    streamsPerInstance: env.STREAMS_PER_INSTANCE,
    queueMaintenanceSeconds: env.PGBOSS_MAINTENANCE_INTERVAL,
    queueArchiveSeconds: env.PGBOSS_ARCHIVE_AFTER,
    workerConcurrency: env.QUEUE_WORKER_CONCURRENCY,
    reminderFrom: env.REMINDER_FROM ?? null,
    reminderLeadMinutes: env.REMINDER_LEAD_MINUTES,
    dialLink: env.DIAL_LINK,
    defaultCountry: env.DEFAULT_COUNTRY ?? null,
    queueBackend: env.QUEUE_BACKEND,
    messageQueueDepth: env.QUEUE_MAX_DEPTH,
    isMessageWorker: env.WORKER_ENABLED,
    messageConcurrency: env.WORKER_CONCURRENCY,
    sendsPerSecond: env.SENDS_PER_SECOND,
    retryMaxAttempts: env.RETRY_MAX_ATTEMPTS,
    retryMaxAgeSeconds: env.RETRY_MAX_AGE,
    deadLetterSeconds: env.DLQ_RETENTION,
    unsurePolicy: env.UNSURE_POLICY,
    hasDemoDay: env.RINGBACK_DEMO_DAY,
  };
}

/** The limits when nothing is set. */
export const DEFAULT_LIMITS: Limits = limitsOf(limitsSchema.parse({}));

let parsed: Env | undefined;

/** The environment of this process, parsed once. */
export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}
