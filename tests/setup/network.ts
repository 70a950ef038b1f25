/** No test reaches the network: a connection to another machine fails at once. Connections within this machine work. */
import { Socket } from "node:net";

const HERE = ["localhost", "127.0.0.1", "::1"];

/** Every library connects through this function: pg, undici, TLS. An open connection costs nothing more. */
const connect = Socket.prototype.connect;

/** The arguments of a connection: Node itself passes them as a list. */
type Asked = { host?: string; path?: string } | [Asked, ...unknown[]] | string | number;

function connectHere(this: Socket, ...asked: unknown[]): Socket {
  const host = hostOf(asked as [Asked, ...unknown[]]);
  if (HERE.includes(host)) return Reflect.apply(connect, this, asked) as Socket;
  // Asynchronously, like a real network: the caller must be listening.
  const error = Object.assign(new Error(`No test reaches the network, and this one asked for ${host}.`), {
    code: "ENETUNREACH",
  });
  setImmediate(() => this.destroy(error));
  return this;
}

function hostOf([first, second]: [Asked, ...unknown[]]): string {
  if (Array.isArray(first)) return hostOf(first);
  // A number is a port, and a text the path of a socket file.
  if (typeof first !== "object") return typeof first === "number" && typeof second === "string" ? second : HERE[0]!;
  return first.path === undefined ? (first.host ?? HERE[0]!) : HERE[0]!;
}

/** Permits the tests of a file to reach names that they resolve themselves, until `closeNetwork`. */
export function openNetwork(): void {
  Socket.prototype.connect = connect;
}

/** Closes the network, as in every test file. */
export function closeNetwork(): void {
  Socket.prototype.connect = connectHere as typeof connect;
}

closeNetwork();
