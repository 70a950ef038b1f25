/** One `npm start` for each data folder: a lock that the system releases however its process ends. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/**
 * Takes the lock of `dataDir` for this process and returns the function that releases it. Throws a sentence with the id of the
 * process that holds it. The lock is a socket with a name made from the folder, so a killed process leaves no file behind. It
 * works on one machine; a folder that two machines share is not supported.
 */
export async function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  const home = resolve(dataDir);
  const name = nameOf(home);
  const server = createServer((asking) => asking.on("error", () => {}).end(String(process.pid)));
  // The lock alone does not keep the process alive.
  server.unref();
  for (let tries = 0; ; tries += 1) {
    try {
      server.listen(name);
      await once(server, "listening");
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      const holder = await whoHolds(name);
      if (holder !== undefined || tries > 0) throw new Error(isTaken(home, holder ?? "unknown"));
      // Where sockets are files, a file without a listener is left over from a killed process.
      await rm(name, { force: true });
    }
  }
  return async () => {
    server.close();
    await once(server, "close");
  };
}

function isTaken(home: string, holder: string): string {
  return `Another npm start is at work on ${home} (process ${holder}); end it first, or give this one a folder of its own with RINGBACK_DATA_DIR.`;
}

/** An abstract name on Linux, a pipe on Windows; elsewhere a file. */
function nameOf(home: string): string {
  const name = `ringback-${createHash("sha256").update(home).digest("hex").slice(0, 32)}`;
  if (process.platform === "linux") return `\0${name}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

/** The id of the process that holds the lock, or undefined when no process answers. */
function whoHolds(name: string): Promise<string | undefined> {
  return new Promise((done) => {
    let said = "";
    const socket = connect(name);
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on("data", (chunk) => {
      said += chunk;
    });
    socket.on("connect", () => socket.on("close", () => done(said || "unknown")));
    socket.on("error", () => done(undefined));
  });
}
