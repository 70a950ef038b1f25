/** A mail server on this machine that takes messages, and misbehaves at a chosen stage when it is asked to. */
import { type AddressInfo, createServer, type Socket } from "node:net";

/** The stages in their order. `end`: the server has accepted the whole message. */
export const SMTP_STAGES = ["greeting", "ehlo", "auth", "mail", "rcpt", "data", "body", "end"] as const;
export type SmtpStage = (typeof SMTP_STAGES)[number];

/**
 * At that stage the server falls silent, closes the connection, sends a reply line by line without ever ending it, or sends this
 * reply.
 */
export type SmtpFault = Readonly<{ at: SmtpStage; how: "hang" | "drop" | "drip" | `${number} ${string}` }>;
const DRIP_MS = 50;

export type Mail = Readonly<{ from: string; to: string; headers: string; text: string }>;

export type FakeSmtp = Readonly<{
  port: number;
  url: string;
  /** The mails that the server has accepted, also those whose reply was lost. */
  taken: Mail[];
  /** The same fault for every connection from here on; null for none. */
  misbehave: (fault: SmtpFault | null) => void;
  /** How many were left without an answer. */
  hung: () => number;
  /** How many connections there were. */
  connections: () => number;
  stop: () => Promise<void>;
}>;

export async function startSmtp(extensions: readonly string[] = []): Promise<FakeSmtp> {
  const taken: Mail[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let hung = 0;
  let fault: SmtpFault | null = null;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    converse(socket, { fault, extensions, taken }, () => {
      hung += 1;
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    taken,
    misbehave: (next) => {
      fault = next;
    },
    hung: () => hung,
    connections: () => connections,
    stop: () =>
      new Promise((stopped) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => stopped());
      }),
  };
}

function converse(
  socket: Socket,
  { fault, extensions, taken }: { fault: SmtpFault | null; extensions: readonly string[]; taken: Mail[] },
  onHung: () => void,
): void {
  let [from, to, buffered, inBody, over] = ["", "", "", false, false];

  /** Answers at a stage, or misbehaves there as requested. */
  const at = (stage: SmtpStage, reply: string): void => {
    if (fault?.at !== stage) return void socket.write(`${reply}\r\n`);
    if (/^\d/.test(fault.how)) return void socket.write(`${fault.how}\r\n`);
    over = true;
    if (fault.how === "drop") return void socket.destroy();
    onHung();
    if (fault.how !== "drip") return;
    const dripping = setInterval(() => socket.write(`${reply.slice(0, 3)}-more follows\r\n`), DRIP_MS);
    socket.on("close", () => clearInterval(dripping));
  };

  const command = (line: string): void => {
    const [verb] = line.toUpperCase().split(" ");
    if (verb === "EHLO")
      at(
        "ehlo",
        ["fake", ...extensions].map((one, n, all) => `250${n < all.length - 1 ? "-" : " "}${one}`).join("\r\n"),
      );
    else if (verb === "AUTH") at("auth", "235 2.7.0 welcome");
    else if (verb === "MAIL") {
      from = /<(.*?)>/.exec(line)?.[1] ?? "";
      at("mail", "250 2.1.0 ok");
    } else if (verb === "RCPT") {
      to = /<(.*?)>/.exec(line)?.[1] ?? "";
      at("rcpt", "250 2.1.5 ok");
    } else if (verb === "DATA" && (fault?.at === "mail" || fault?.at === "rcpt")) {
      // The client sent this without waiting for earlier replies, one of which was a refusal.
      socket.write("503 5.5.1 no valid recipients\r\n");
    } else if (verb === "DATA") {
      at("data", "354 go on");
      inBody = fault?.at !== "data";
    } else if (verb === "STARTTLS") socket.write("502 5.5.1 not here\r\n");
    else socket.write("250 2.0.0 ok\r\n");
  };

  const body = (): void => {
    if (fault?.at === "body") {
      at("body", "");
      return;
    }
    const end = buffered.indexOf("\r\n.\r\n");
    if (end < 0) return;
    const whole = buffered.slice(0, end).replaceAll("\r\n..", "\r\n.");
    const head = whole.indexOf("\r\n\r\n");
    [buffered, inBody] = [buffered.slice(end + 5), false];
    // A server that refuses has not accepted the message.
    if (fault?.at !== "end" || !/^\d/.test(fault.how)) {
      taken.push({ from, to, headers: whole.slice(0, head), text: whole.slice(head + 4) });
    }
    at("end", `250 2.0.0 queued as ${taken.length}`);
  };

  socket.on("data", (bytes) => {
    if (over) return;
    buffered += bytes.toString("latin1");
    while (!over && !inBody && buffered.includes("\r\n")) {
      const line = buffered.slice(0, buffered.indexOf("\r\n"));
      buffered = buffered.slice(line.length + 2);
      command(line);
    }
    if (!over && inBody && buffered !== "") body();
  });
  at("greeting", "220 fake ready");
}
