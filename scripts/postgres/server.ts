/** The PostgreSQL 18 from npm as a private server: created, started and stopped here, never on a shared port. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import pg from "pg";
import { guard } from "../guard.ts";
import { databaseUser, ownedBy, placeBinaries, type SystemUser } from "./binaries.ts";

export type ServerOptions = {
  /** The folder of the cluster; created when it does not exist. */
  folder: string;
  port: number;
  password: string;
  /** Settings of postgresql.conf for this start. */
  settings?: Record<string, string>;
  /** This folder is deleted when the server stops. */
  deleteOnStop?: string;
};

export type Server = {
  /** The address of `database` on this server. */
  url: (database: string) => string;
  /** Ends sessions, writes everything to disk, and resolves when the server has ended. Safe to call twice. */
  stop: () => Promise<void>;
  /** Resolves with its last words when the server has ended, for any reason. */
  gone: Promise<string>;
};

const SUPERUSER = "ringback";

/** The address of `database` on the server of this machine that listens on `port`. */
export function addressOf(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Creates the files of a new cluster in `folder`. */
export async function initialise(folder: string, password: string): Promise<void> {
  const user = await databaseUser();
  const { initdb } = await placeBinaries(user);
  const passwordFile = `${folder}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  await ownedBy(user, passwordFile);
  try {
    // A locale that PostgreSQL contains, so that text sorts the same on every machine.
    await run(
      initdb,
      [
        `--pgdata=${folder}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
      ],
      user,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * Starts the server on an initialised folder and resolves when it answers. A guard process stops it however this process ends,
 * also by a crash. Throws with the server's own words when it does not start.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const user = await databaseUser(options.folder);
  const { postgres } = await placeBinaries(user);
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    port: String(options.port),
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(postgres, ["-D", options.folder, ...flags], {
    // A process group of its own: Ctrl-C reaches only this process, which stops the database after the app.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
    ...user,
  });
  const said: string[] = [];
  server.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()) > 200 && said.shift());
  const gone = once(server, "exit").then(() => said.join("").trim());
  const end = guard(server, "SIGINT", options.deleteOnStop);
  try {
    await Promise.race([untilItAnswers(options), gone.then((words) => Promise.reject(new Error(words)))]);
  } catch (error) {
    await end();
    throw new Error("The embedded PostgreSQL did not start.", { cause: error });
  }
  let stopped: Promise<void> | undefined;
  return {
    url: (database) => addressOf(options.port, options.password, database),
    stop: () => {
      stopped ??= end();
      return stopped;
    },
    gone,
  };
}

async function untilItAnswers({ port, password }: ServerOptions): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const client = new pg.Client({ connectionString: addressOf(port, password, "postgres") });
    client.on("error", () => {});
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function run(program: string, args: string[], user: SystemUser): Promise<void> {
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
    ...user,
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`initdb failed: ${said.trim()}`);
}
