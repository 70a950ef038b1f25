import { z } from "zod";
import { count, duration, flag, httpAddress, listOf, oneOf, secret, secrets, serverAddress } from "#lib/base/setting";

export const limits = {
  queueBackend: {
    variable: "QUEUE_BACKEND",
    meaning:
      "The queue between accepting a message and storing it; memory is for demonstrations, because it ends with its process.",
    usual: "postgres",
    needs: { variable: "RABBITMQ_URL", value: "rabbitmq" },
    warns: {
      value: "memory",
      sentence:
        "messages that were accepted and are not stored yet end with this process, and no other process sees them. It is for tests and demonstrations.",
    },
    ...oneOf("postgres", "memory", "rabbitmq"),
  },
  messageQueueDepth: count({
    variable: "QUEUE_MAX_DEPTH",
    meaning: "How many messages may wait in it; more are refused with 503.",
    usual: 1_000_000,
    max: 100_000_000,
  }),
  isMessageWorker: {
    variable: "WORKER_ENABLED",
    meaning: "0: messages are not worked on by this worker or cron.",
    usual: "1",
    ...flag,
  },
  messageConcurrency: count({
    variable: "WORKER_CONCURRENCY",
    meaning: "How many messages one process sends simultaneously.",
    usual: 10,
    max: 200,
  }),
  sendsPerSecond: count({
    variable: "SENDS_PER_SECOND",
    meaning: "How many messages one provider gets in a second, from all workers together.",
    usual: 50,
    max: 10_000,
  }),
  retryMaxAttempts: count({
    variable: "RETRY_MAX_ATTEMPTS",
    meaning: "Attempts until a message goes to the dead letters.",
    usual: 10,
    max: 50,
  }),
  retryMaxAgeSeconds: {
    variable: "RETRY_MAX_AGE",
    meaning: "How long a message is tried before it goes to the dead letters.",
    usual: "72h",
    ...duration(30 * 86_400),
  },
  deadLetterSeconds: {
    variable: "DLQ_RETENTION",
    meaning:
      "How long a dead letter can be sent again before it is deleted; it goes with RETENTION_DAYS when that is sooner.",
    usual: "720h",
    ...duration(3_650 * 86_400),
  },
  unsurePolicy: {
    variable: "UNSURE_POLICY",
    meaning:
      "The fate of a message that may or may not have been sent: hold (a person decides) or resend (it may arrive twice).",
    usual: "hold",
    ...oneOf("hold", "resend"),
  },
};

const NODES = "must be addresses such as amqps://user:password@host:5671, with commas";

/** The transports: without credentials nothing leaves, and the outbox keeps the messages. */
export const services = {
  TWILIO_ACCOUNT_SID: {
    meaning: "The account at Twilio that texts are sent by; without it the outbox keeps them.",
    needs: { variable: "TWILIO_AUTH_TOKEN" },
    schema: z
      .string()
      .regex(/^AC[0-9a-f]{32}$/, "must be AC and 32 hexadecimal digits")
      .optional(),
  },
  TWILIO_AUTH_TOKEN: {
    meaning:
      "Its token, which also signs the webhooks of Twilio; two with a comma while it is changed, the new one first.",
    needs: { variable: "TWILIO_ACCOUNT_SID" },
    schema: secrets(secret).optional(),
  },
  TWILIO_API_URL: {
    meaning: "The address of Twilio's API.",
    usual: "https://api.twilio.com",
    schema: httpAddress("must be the address of an API, such as https://api.twilio.com"),
  },
  SMTP_URL: {
    meaning:
      "The mail server for e-mails, as smtps://user:password@smtp.example.com or smtp://...:587 (with STARTTLS); without it the outbox keeps them.",
    schema: serverAddress(
      /^smtps?$/,
      "must be the address of a mail server such as smtps://user:password@host",
    ).optional(),
  },
  RABBITMQ_URL: {
    meaning:
      "With QUEUE_BACKEND=rabbitmq: the nodes of the cluster, as amqps://user:password@rabbit-1:5671,amqps://rabbit-2:5671 (docs/rabbitmq.md).",
    schema: listOf(serverAddress(/^amqps?$/, NODES))
      .refine((nodes) => nodes.length > 0, NODES)
      .optional(),
  },
};
