/** Twilio's Messages API on this machine. It takes messages, and misbehaves at a chosen stage when it is asked to. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The stages at which the answer stops: before its first byte, after its status and headers, or in the middle of its body. The
 * message is accepted in every case.
 */
export const TWILIO_STAGES = ["nothing", "headers", "half"] as const;

/** A fault of a request for a message: the answer stops, or is an error and no message is accepted. */
export type TwilioFault =
  | Readonly<{ at: (typeof TWILIO_STAGES)[number]; how: "hang" | "drop" }>
  | Readonly<{ status: number; code?: number; headers?: Record<string, string>; body?: string }>;

export type TakenText = Readonly<{
  sid: string;
  to: string;
  from: string;
  body: string;
  status: string;
  error_code: number | null;
  date_created: string;
  callback: string | null;
}>;

export type FakeTwilio = Readonly<{
  url: string;
  account: string;
  token: string;
  /** The texts that Twilio has accepted, also those whose answer was lost. */
  taken: TakenText[];
  misbehave: (fault: TwilioFault | null) => void;
  stop: () => Promise<void>;
}>;

export async function startTwilio(now: () => Date = () => new Date()): Promise<FakeTwilio> {
  const [account, token] = [`AC${"0".repeat(32)}`, "a-token-of-this-test"];
  const taken: TakenText[] = [];
  let fault: TwilioFault | null = null;
  const base = `/2010-04-01/Accounts/${account}/Messages`;
  const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString("base64")}`;

  const take = (form: URLSearchParams): TakenText => {
    const text = {
      sid: `SM${String(taken.length + 1).padStart(32, "0")}`,
      to: form.get("To") ?? "",
      from: form.get("From") ?? "",
      body: form.get("Body") ?? "",
      status: "queued",
      error_code: null,
      date_created: now().toUTCString(),
      callback: form.get("StatusCallback"),
    };
    taken.push(text);
    return text;
  };

  const create = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (fault && "status" in fault) {
      const { status, code, headers = {}, body } = fault;
      response.writeHead(status, headers).end(body ?? JSON.stringify({ code, message: "refused", status }));
      return;
    }
    const answer = JSON.stringify(take(new URLSearchParams(String(Buffer.concat(chunks)))));
    if (!fault) return void response.writeHead(201, { "content-type": "application/json" }).end(answer);
    if (fault.at !== "nothing") response.writeHead(201, { "content-length": answer.length }).flushHeaders();
    const isDropped = fault.how === "drop";
    const stop = () => void (isDropped && response.destroy());
    if (fault.at === "half") response.write(answer.slice(0, 20), stop);
    else stop();
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://fake");
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.headers.authorization !== authorization) return answer(401, { code: 20003, message: "Authenticate" });
    if (pathname === `${base}.json` && request.method === "POST") return void create(request, response);
    if (pathname === `${base}.json`) {
      const messages = taken.filter(
        ({ to, from }) => to === searchParams.get("To") && from === searchParams.get("From"),
      );
      return answer(200, { messages: messages.toReversed() });
    }
    const one = taken.find(({ sid }) => pathname === `${base}/${sid}.json`);
    return one ? answer(200, one) : answer(404, { code: 20404, message: "not found" });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    account,
    token,
    taken,
    misbehave: (next) => {
      fault = next;
    },
    stop: () =>
      new Promise((stopped) => {
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  };
}
