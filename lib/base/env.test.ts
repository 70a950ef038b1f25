import { expect, test } from "vitest";
import { readNodes } from "../../modules/messages/queue/broker-access.ts";
import { parseEnv, warningsOf } from "#lib/base/env";

const GOOD = {
  DATABASE_URL: "postgresql://ringback@localhost:5432/ringback",
  CRON_SECRET: "a-cron-secret-of-24-letters",
  SERVICE_API_KEY: "a-service-key-of-24-letters",
  AUTH_SECRET: "a-secret-of-more-than-thirty-two-letters",
};

test.each(["CRON_SECRET", "SERVICE_API_KEY", "AUTH_SECRET"])(
  "P8: %s that is missing, empty, short or more than one word ends the start, which names it and not its value",
  (name) => {
    expect(parseEnv(GOOD)).toMatchObject(GOOD);
    for (const value of [undefined, "", "kanarie", "kanarie with spaces and enough letters to be long"]) {
      const start = () => parseEnv({ ...GOOD, [name]: value });
      expect(start).toThrow(new RegExp(`^Ringback cannot start with this environment.\n${name} `));
      expect(start).not.toThrow("kanarie");
    }
  },
);

test("P8: the secret that signs cookies has at least 32 characters", () => {
  expect(() => parseEnv({ ...GOOD, AUTH_SECRET: "x".repeat(31) })).toThrow("AUTH_SECRET is wrong");
  const forever = { ...GOOD, DLQ_RETENTION: "a month" };
  expect(() => parseEnv(forever)).toThrow("DLQ_RETENTION is wrong: must be a number with its unit, such as 30s");
});

test("a number is written in digits, and a country as people write its code", () => {
  for (const wrong of ["0x10", "1e3", "1.0", "-5", " ", "ten"])
    expect(() => parseEnv({ ...GOOD, WORKER_CONCURRENCY: wrong }), wrong).toThrow(
      "WORKER_CONCURRENCY is wrong: must be a whole number from",
    );
  const country = (written: string) => parseEnv({ ...GOOD, DEFAULT_COUNTRY: written }).limits.defaultCountry;
  expect(["GB", "uk", "de"].map(country)).toEqual(["GB", "GB", "DE"]);
  expect(() => country("Utopia")).toThrow("DEFAULT_COUNTRY is wrong: must be a country such as GB");
});

test("a Redis is set up with its address and its token together, or not at all", () => {
  const [url, token] = [{ KV_REST_API_URL: "https://kv.example.com" }, { KV_REST_API_TOKEN: "t".repeat(16) }];
  for (const half of [url, token])
    expect(() => parseEnv({ ...GOOD, ...half })).toThrow(/is set; set KV_REST_API_(URL|TOKEN), too/);
  expect(parseEnv({ ...GOOD, ...url, ...token })).toMatchObject({ ...url, ...token });
});

test("a process whose queue of messages is its memory says at the start that it ends with the process", () => {
  expect(warningsOf({ ...GOOD, QUEUE_BACKEND: "memory" })).toEqual([
    expect.stringContaining(
      "QUEUE_BACKEND is memory: messages that were accepted and are not stored yet end with this process",
    ),
  ]);
  for (const QUEUE_BACKEND of ["", "postgres"]) expect(warningsOf({ ...GOOD, QUEUE_BACKEND })).toEqual([]);
});

test("RabbitMQ as the queue of messages needs the addresses of its nodes", () => {
  const rabbit = { ...GOOD, QUEUE_BACKEND: "rabbitmq" };
  expect(() => parseEnv(rabbit)).toThrow("QUEUE_BACKEND is rabbitmq; set RABBITMQ_URL, too.");
  for (const wrong of ["http://rabbit-1:5672", "rabbit-1:5672", " , "])
    expect(() => parseEnv({ ...rabbit, RABBITMQ_URL: wrong }), wrong).toThrow("RABBITMQ_URL is wrong");
  const { RABBITMQ_URL: nodes } = parseEnv({
    ...rabbit,
    RABBITMQ_URL: "amqps://a%40b:p%2Fw@rabbit-1/desk, amqps://rabbit-2:5673",
  });
  expect(readNodes(nodes!)).toEqual({
    hosts: ["rabbit-1:5671", "rabbit-2:5673"],
    username: "a@b",
    password: "p/w",
    vhost: "desk",
    tls: true,
  });
});

test.each([
  ["SMTP_URL", "smtp://us%er:secret@mail.example.com", "percent-encoded"],
  ["SMTP_URL", "smtps://user:100%@mail.example.com", "percent-encoded"],
  ["SMTP_URL", "smtp://", "must be the address of a mail server"],
  ["SMTP_URL", "smtp:mail.example.com", "must be the address of a mail server"],
  ["SMTP_URL", "smtps://:secret@mail.example.com", "must be the address of a mail server"],
  ["SMTP_URL", "mail.example.com", "must be the address of a mail server"],
  ["RABBITMQ_URL", "amqps://rabbit-1, amqps://user:100%@rabbit-2", "percent-encoded"],
  ["RABBITMQ_URL", "amqp://rabbit-1/%zz", "percent-encoded"],
  ["RABBITMQ_URL", "amqps://", "must be addresses such as"],
  ["DATABASE_URL", "postgresql://user:100%@db.example.com/ringback", "percent-encoded"],
  ["TWILIO_API_URL", "ftp://api.twilio.com", "must be the address of an API, such as https://api.twilio.com"],
  ["AI_BASE_URL", "api.openai.com/v1", "must be the address of an API, such as https://"],
])("%s=%s is refused at the start, with what is wrong with it", (name, written, sentence) => {
  expect(() => parseEnv({ ...GOOD, [name]: written })).toThrow(new RegExp(`${name} is wrong: [^\\n]*${sentence}`));
});

test("a server of mail, of messages or of the database is named with or without its user and port", () => {
  for (const [name, written] of [
    ["SMTP_URL", "smtp://localhost:2525"],
    ["SMTP_URL", "smtps://me%40example.com:p%25ss@mail.example.com"],
    ["RABBITMQ_URL", "amqp://rabbit-1/%2Fdesk amqp://rabbit-2"],
    ["DATABASE_URL", "postgresql:///ringback?host=/run/postgresql"],
  ] as const)
    expect(() => parseEnv({ ...GOOD, [name]: written }), written).not.toThrow();
});

test("relays are names with dots, and nothing that a name could hide behind", () => {
  const hosts = (list: string) => parseEnv({ ...GOOD, CURSOR_TASK_RELAY_HOSTS: list }).limits.relayHosts;
  expect(hosts("relay.example.com, relay.example.com:8443")).toEqual(["relay.example.com", "relay.example.com:8443"]);
  expect(parseEnv(GOOD).limits.relayHosts).toEqual([]);
  for (const wrong of ["*.example.com", "localhost", "https://relay.example.com", "[::1]:80", "a@b.example.com"])
    expect(() => hosts(wrong), wrong).toThrow("CURSOR_TASK_RELAY_HOSTS is wrong");
});

test("headers for the collector of traces are percent-encoded", () => {
  const headers = (list: string) => parseEnv({ ...GOOD, OTEL_EXPORTER_OTLP_HEADERS: list }).OTEL_EXPORTER_OTLP_HEADERS;
  expect(headers("authorization=Bearer%20abc, x-team=desk")).toEqual({ authorization: "Bearer abc", "x-team": "desk" });
  for (const wrong of ["authorization=100%", "authorization=%E0%A4%A", "authorization"])
    expect(() => headers(wrong), wrong).toThrow("OTEL_EXPORTER_OTLP_HEADERS is wrong: must be");
});
