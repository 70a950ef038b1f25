// The packages in node_modules, and their installation.
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MODULES, node, npm, ROOT, readJson, windows } from "./programs.mjs";

/** Whether node_modules holds what package-lock.json asks for; npm keeps its own record of what it installed. */
export function isInstalled() {
  const found = readJson(join(MODULES, ".package-lock.json"))?.packages;
  if (!found) return false;
  return Object.entries(lock().packages).every(([path, wanted]) => {
    if (path === "") return true;
    const there = found[path];
    if (!there) return wanted.optional === true && !isForThisSystem(wanted);
    return there.version === wanted.version && there.integrity === wanted.integrity;
  });
}

/** Whether this system has glibc. The report would look up names in the network, so that is switched off. */
const isGlibc = (() => {
  if (process.report) process.report.excludeNetwork = true;
  return Boolean(process.report?.getReport().header.glibcVersionRuntime);
})();

/** Whether an optional package names this system; one that names none may be missing. */
function isForThisSystem({ os, cpu, libc }) {
  const isLibc = !libc || process.platform !== "linux" || libc.includes(isGlibc ? "glibc" : "musl");
  return Boolean(os?.includes(process.platform) && cpu?.includes(process.arch) && isLibc);
}

/**
 * Installs everything with npm running on the pinned Node: an older one would leave out packages that do not support it. No package
 * runs a script of its own (.npmrc); this does the necessary part of those scripts.
 */
export async function install() {
  console.log("Installing packages; this takes a minute or two the first time ...");
  const fetched = await fetchNode();
  try {
    // Development packages too: the build needs some of them even where NODE_ENV is production.
    const code = await npm(["ci", "--include=dev", "--loglevel=error"], fetched.file);
    if (code !== 0) throw new Error("npm ci failed; its messages are above. Nothing was started.");
    await placeNode(fetched.file);
  } finally {
    await rm(fetched.folder, { recursive: true, force: true });
  }
  console.log("Packages are installed.");
}

/** The pinned Node, in a folder of its own: npm ci begins by deleting node_modules. */
async function fetchNode() {
  const { version } = lock().packages["node_modules/node"];
  const prefix = process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  const name = [prefix, windows ? "win" : process.platform, process.arch].join("-");
  const folder = await mkdtemp(join(tmpdir(), "ringback-node-"));
  const code = await npm(["install", "--prefix", folder, "--no-save", "--loglevel=error", `${name}@${version}`]);
  const file = join(folder, "node_modules", name, "bin", windows ? "node.exe" : "node");
  if (code === 0 && existsSync(file)) return { file, folder };
  await rm(folder, { recursive: true, force: true });
  throw new Error(`Node ${version} for ${process.platform}-${process.arch} could not be fetched; npm says why above.`);
}

async function placeNode(file) {
  await mkdir(dirname(node), { recursive: true });
  await copyFile(file, `${node}.new`);
  await chmod(`${node}.new`, 0o755);
  await rename(`${node}.new`, node);
}

/** Puts the pinned Node in its place where npm installed the rest, as `npm ci` by hand does. */
export async function installNodeOnly() {
  const fetched = await fetchNode();
  await placeNode(fetched.file);
  await rm(fetched.folder, { recursive: true, force: true });
}

function lock() {
  return readJson(join(ROOT, "package-lock.json"));
}
