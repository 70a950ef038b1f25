/** Real servers on this machine for tests of outbound requests, and a count of the sockets that this process opens. */
import type { LookupAddress } from "node:dns";
import { type AddressInfo, type LookupFunction, type Server, Socket } from "node:net";
import { vi } from "vitest";

/** A name that only a test's `to` resolves. */
export const NAME = "partner.test";

const open: Server[] = [];

/** Listens on 127.0.0.1 (or another address of this machine) and counts connections. */
export async function listen(
  server: Server,
  host = "127.0.0.1",
  port = 0,
): Promise<{ port: number; sockets: () => number }> {
  let sockets = 0;
  const there = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets += 1;
    there.add(socket.on("error", () => undefined));
  });
  await new Promise<void>((listening) => server.listen(port, host, listening));
  open.push(server);
  const close = server.close.bind(server);
  server.close = (done) => {
    for (const socket of there) socket.destroy();
    return close(done);
  };
  return { port: (server.address() as AddressInfo).port, sockets: () => sockets };
}

/** Closes the servers that `listen` opened, with their connections; for `afterEach`. */
export async function closeServers(): Promise<void> {
  await Promise.all(open.splice(0).map((server) => new Promise((closed) => server.close(closed))));
}

/** A name service that gives these addresses for every name, and records the names. */
export const to = (...addresses: string[]) => ({ resolve: vi.fn(async (_hostname: string) => addresses) });

type Connecting = { host?: string; lookup?: LookupFunction };

/**
 * The sockets that this process begins to connect until `restore`, and those of them that it has not destroyed; by any
 * library: TLS and HTTP go through the same door of Node. With `held` each fails at once, no packet leaves, and
 * `towards` says which addresses each would have tried.
 */
export function countSockets({ held = false } = {}): {
  opened: () => number;
  remaining: () => number;
  towards: () => string[][];
  restore: () => void;
} {
  const towards: string[][] = [];
  const connect = vi.spyOn(Socket.prototype, "connect");
  if (held) {
    connect.mockImplementation(function (this: Socket, first: unknown) {
      towards.push(addressesFor((Array.isArray(first) ? first[0] : first) as Connecting));
      // Later, as in a network: the opener first has to attach its listeners.
      setImmediate(() => this.destroy(Object.assign(new Error("held"), { code: "HELD" })));
      return this;
    });
  }
  return {
    opened: () => connect.mock.calls.length,
    remaining: () => connect.mock.contexts.filter((socket) => !(socket as Socket).destroyed).length,
    towards: () => towards,
    restore: () => connect.mockRestore(),
  };
}

function addressesFor({ host = "", lookup }: Connecting): string[] {
  let found = [host];
  lookup?.(host, { all: true }, (_error, answer) => {
    found = (answer as LookupAddress[]).map(({ address }) => address);
  });
  return found;
}
