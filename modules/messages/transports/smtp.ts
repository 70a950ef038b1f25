import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SmtpAccess } from "./access.ts";
import { enhancedCodeIn, smtpVerdict } from "../provider-codes.ts";
import { ATTEMPT_MS } from "../rules.ts";
import {
  headerFault,
  type OutgoingMessage,
  redacted,
  type SendOptions,
  type SendResult,
  STOPPED,
  type Transport,
} from "./transport.ts";

/**
 * How long the server may be silent: until it greets, and then between any two of its lines; and how long an attempt may take in all, so
 * that a server that is slow at every step, or never ends a reply, does not outlast the lease.
 */
export type SmtpTimes = Readonly<{ greetingMs: number; answerMs: number; attemptMs: number }>;
const TIMES: SmtpTimes = { greetingMs: 10_000, answerMs: 60_000, attemptMs: ATTEMPT_MS };

/**
 * E-mail by one mail server: one connection and one attempt for each message, without a hidden queue. It uses the connection of
 * nodemailer without its transports, which hide whether the last byte was sent.
 */
export function smtpTransport(access: SmtpAccess, times = TIMES): Transport {
  return { name: "smtp", send: (message, options) => send(access, times, message, options) };
}

/** The same for every attempt, so that a reader who gets a message twice sees one. */
export function messageIdOf({ id, from }: Pick<OutgoingMessage, "id" | "from">): string {
  return `${id}@${from.slice(from.lastIndexOf("@") + 1)}`;
}

async function send(
  access: SmtpAccess,
  times: SmtpTimes,
  message: OutgoingMessage,
  { signal, now }: SendOptions,
): Promise<SendResult> {
  const fault = faultOfHeaders(message);
  if (fault) return { outcome: "failed", errorClass: "permanent", code: "header", sentence: fault };
  const body = new Body(await compose(message, now));
  if (signal.aborted) return STOPPED;
  const connection = new SMTPConnection({
    host: access.host,
    port: access.port,
    secure: access.secure,
    ...(!access.secure && (access.isHere ? { ignoreTLS: true } : { requireTLS: true })),
    connectionTimeout: times.greetingMs,
    greetingTimeout: times.greetingMs,
    dnsTimeout: times.greetingMs,
    socketTimeout: times.answerMs,
  });
  // Until the last byte is handed to the connection an attempt can be stopped, and the message has not left.
  const stop = () => body.hasEnded || connection.close();
  signal.addEventListener("abort", stop, { once: true });
  const deadline = AbortSignal.timeout(times.attemptMs);
  const giveUp = () => connection.close();
  deadline.addEventListener("abort", giveUp, { once: true });
  try {
    const response = await converse(connection, { access, message, body }, deadline);
    return { outcome: "sent", providerId: messageIdOf(message), said: redacted(response, message) };
  } catch (error) {
    return signal.aborted && !body.hasEnded ? STOPPED : resultOf(error as SmtpError, access.host, message, body);
  } finally {
    signal.removeEventListener("abort", stop);
    deadline.removeEventListener("abort", giveUp);
    connection.close();
  }
}

/** Small pieces, so that the end is not reached while most of the message still waits in this process. */
const PIECE = 8_192;

/**
 * The bytes of the message. They are read only after the server has agreed to accept the message, and the final dot, with which the
 * server takes it, follows the last byte: before that the server has nothing.
 */
class Body extends Readable {
  readonly #written: Buffer;
  #given = 0;
  hasEnded = false;

  constructor(written: Buffer) {
    super({ highWaterMark: PIECE });
    this.#written = written;
  }

  override _read(): void {
    const piece = this.#written.subarray(this.#given, this.#given + PIECE);
    this.#given += piece.length;
    this.hasEnded = piece.length === 0;
    this.push(this.hasEnded ? null : piece);
  }
}

function faultOfHeaders({ from, to, subject }: OutgoingMessage): string | null {
  return headerFault("sender", from) ?? headerFault("recipient", to) ?? headerFault("subject", subject ?? "");
}

function compose(message: OutgoingMessage, now: Date): Promise<Buffer> {
  const { from, to, subject, body } = message;
  const composer = new MailComposer({
    from: { name: "", address: from },
    to: { name: "", address: to },
    subject: subject ?? "",
    text: body,
    messageId: `<${messageIdOf(message)}>`,
    date: now,
    // The text is never read as a path or an address, even if it looks like one.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** An error of nodemailer: with a reply when the server refused, without one when the connection failed. */
type SmtpError = Error & { code?: string; responseCode?: number; response?: string };

/** Holds the SMTP dialogue, and returns the reply with which the server accepted the message. */
function converse(
  connection: SMTPConnection,
  { access: { login }, message: { from, to }, body }: { access: SmtpAccess; message: OutgoingMessage; body: Body },
  deadline: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    connection.once("error", reject);
    // An error that explains the end comes in the same turn, and wins.
    connection.once("end", () => {
      const code = deadline.aborted ? "ETIMEDOUT" : "ECONNECTION";
      setImmediate(() => reject(Object.assign(new Error("closed"), { code })));
    });
    const deliver = () =>
      connection.send({ from, to: [to] }, body, (error, info) =>
        error ? reject(error) : resolve(String(info.response)),
      );
    connection.connect((refused) => {
      if (refused) return reject(refused);
      if (!login) return deliver();
      connection.login({ credentials: login }, (error) => (error ? reject(error) : deliver()));
    });
  });
}

function resultOf(
  { code, responseCode, response }: SmtpError,
  host: string,
  message: OutgoingMessage,
  body: Body,
): SendResult {
  // A password never goes over an unencrypted line, or to a server that only claims to be ours.
  if (code === "ETLS" || code === "ENOAUTH" || (code === "EAUTH" && responseCode === undefined)) {
    const sentence = `${host} offers no encryption, or no way of signing in, that we take.`;
    return { outcome: "failed", errorClass: "ours", code: code.toLowerCase(), sentence };
  }
  if (responseCode !== undefined) {
    const enhanced = enhancedCodeIn(response ?? "");
    const said = redacted(response ?? "", message);
    return { outcome: "failed", code: enhanced ?? String(responseCode), said, ...smtpVerdict(responseCode, enhanced) };
  }
  const how = code === "ETIMEDOUT" ? "did not answer in time" : "could not be reached, or broke off";
  if (body.hasEnded) {
    const sentence = `${host} ${how} after the whole message had been sent; it may have taken it.`;
    return { outcome: "unsure", code: code === "ETIMEDOUT" ? "timeout" : "broken_off", sentence };
  }
  if (code === "EENVELOPE" || code === "EMESSAGE") {
    const sentence = `${host} cannot be given this message: it is too large, or an address is not written as one.`;
    return { outcome: "failed", errorClass: "permanent", code: code.toLowerCase(), sentence };
  }
  return { outcome: "failed", errorClass: "transient", code: "unreachable", sentence: `${host} ${how}.` };
}
