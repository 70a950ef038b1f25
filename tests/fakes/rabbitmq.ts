/** A RabbitMQ cluster of three nodes on this machine, where the program is installed. Nothing of it is left when it has stopped. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { guard } from "../../scripts/guard.ts";
import { freePort } from "../../scripts/ports.ts";

/** The path of the server on Debian. The command in the PATH would start it as a service, with another user and home. */
const SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/** Whether rabbitmq-server is installed; tests that need it are left out when it is not, and tests/setup/programs.ts says so. */
export const hasRabbit = existsSync(SERVER);

export type RabbitCluster = Readonly<{
  /** As RABBITMQ_URL. */
  url: string;
  /** Kills the node that leads this queue, as by kill -9. */
  killLeader: (queue: string) => Promise<void>;
  stop: () => Promise<void>;
}>;

const run = promisify(execFile);

const COOKIE = "cookie-of-the-tests";
/** In milliseconds. */
const LOOK_AGAIN_MS = 50;

export async function startRabbit(): Promise<RabbitCluster> {
  const folder = await mkdtemp(join(tmpdir(), "ringback-rabbit-"));
  const epmdPort = String(await freePort());
  const nodes: { name: string; port: number; dist: number }[] = [];
  for (const n of [1, 2, 3]) {
    nodes.push({ name: `ringback${n}@localhost`, port: await freePort(), dist: await freePort() });
  }
  const [first, ...others] = nodes;
  // The others join the first.
  const joins = [
    "cluster_formation.peer_discovery_backend = classic_config",
    `cluster_formation.classic_config.nodes.1 = ${first!.name}`,
    "cluster_formation.discovery_retry_limit = 5000",
    "cluster_formation.discovery_retry_interval = 100",
    "cluster_formation.randomized_startup_delay_range.min = 0",
    "cluster_formation.randomized_startup_delay_range.max = 1",
  ].join("\n");
  const plugins = join(folder, "enabled_plugins");
  await writeFile(plugins, "[].\n");
  await writeFile(join(folder, ".erlang.cookie"), COOKIE, { mode: 0o400 });
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: "test",
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    HOME: folder,
    TMPDIR: folder,
    ERL_EPMD_PORT: epmdPort,
  };

  const begin = (program: string, args: string[], more: Record<string, string>) => {
    const child: ChildProcess = spawn(program, args, {
      cwd: folder,
      detached: true,
      stdio: "ignore",
      env: { ...env, ...more },
    });
    return { child, end: guard(child, "SIGKILL") };
  };
  const startNode = async ({ name, port, dist }: (typeof nodes)[number]) => {
    const base = join(folder, name);
    await mkdir(base);
    await writeFile(join(base, "rabbitmq.conf"), `log.console = false\n${name === first!.name ? "" : joins}\n`);
    const node = begin(SERVER, [], {
      RABBITMQ_NODENAME: name,
      RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(dist),
      RABBITMQ_MNESIA_BASE: base,
      RABBITMQ_LOG_BASE: base,
      RABBITMQ_PID_FILE: join(base, "pid"),
      RABBITMQ_CONFIG_FILE: join(base, "rabbitmq.conf"),
      RABBITMQ_CONF_ENV_FILE: join(folder, "none.conf"),
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      // Then its shell becomes the node, and the child is what has to be killed.
      RUNNING_UNDER_SYSTEMD: "1",
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 1:1 +SDcpu 1:1 +SDio 1 +A 1 +sbwt none +sbwtdcpu none +sbwtdio none",
    });
    const isReady = async () => (await readFile(join(base, `${name}.log`), "utf8")).includes("Server startup complete");
    await until(isReady, node.child);
    return { name, ...node };
  };

  // Started by a node it would outlive them all.
  const epmd = begin("epmd", ["-address", "127.0.0.1", "-port", epmdPort], {});
  await until(() => run("epmd", ["-port", epmdPort, "-names"], { env }).then(() => true), epmd.child);
  // A node that joins one whose start is not complete may find tables of an earlier release there, and ends.
  const leading = await startNode(first!);
  const started = [leading, ...(await Promise.all(others.map(startNode)))];

  return {
    url: nodes.map(({ port }) => `amqp://guest:guest@127.0.0.1:${port}`).join(","),
    async killLeader(queue) {
      const alive = started.find(({ child }) => child.exitCode === null && child.signalCode === null)!;
      const ask = `N='${alive.name}', {ok, Q} = rpc:call(N, rabbit_amqqueue, lookup, [{resource, <<"/">>, queue, <<"${queue}">>}]),
        {_, L} = rpc:call(N, amqqueue, get_pid, [Q]), io:format("~s", [L]), halt(0).`;
      const args = ["-noinput", "-hidden", "-sname", "asks@localhost", "-setcookie", COOKIE, "-eval", ask];
      const { stdout: leader } = await run("erl", args, { env });
      const { child } = started.find(({ name }) => name === leader)!;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
    async stop() {
      await Promise.all([...started, epmd].map(({ end }) => end()));
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * Waits for readiness. An open port proves nothing: a proxy between tests and network may report a connection as open before it is.
 */
async function until(isReady: () => Promise<boolean>, child: ChildProcess): Promise<void> {
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${child.spawnfile} has ended at its start.`);
    await pause(LOOK_AGAIN_MS);
  }
}
