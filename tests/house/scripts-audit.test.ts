import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  advisoryFaults,
  FLOORS,
  floorFaults,
  INSTALL_SCRIPTS,
  installScriptFaults,
  type Lock,
  type Manifest,
  offlineFaults,
  sourceFaults,
  versionFaults,
  WITHOUT_INTEGRITY,
} from "../../scripts/dependency-rules.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
const npmrc = readFileSync(".npmrc", "utf8");

/** The lockfile with some fields of one package set; undefined takes a field away. */
function altered(name: string, fields: Record<string, unknown>): Lock {
  const path = `node_modules/${name}`;
  return { packages: { ...lock.packages, [path]: { ...lock.packages[path], ...fields } } } as Lock;
}

/** The lockfile with a place for every package. */
const placed: Lock = {
  packages: Object.fromEntries(
    Object.entries(lock.packages).map(([path, entry]) => [
      path,
      path === "" ? entry : { ...entry, resolved: `https://packages.test/${path}.tgz` },
    ]),
  ),
};

test("P7 the dependencies of this repository break no rule", () => {
  expect(offlineFaults(manifest, lock, npmrc)).toEqual([]);
  expect(offlineFaults(manifest, placed, npmrc)).toEqual([]);
});

test.each([
  "^4.0.0",
  "~4.0.0",
  "4",
  "4.0",
  ">=4.0.0",
  "*",
  "",
  "latest",
  "4.x",
  "4.0.0 || 5.0.0",
  "file:../zod",
  "git+ssh://a.test/zod",
])("P7 a version that is not exact is found: %j", (version) => {
  for (const section of ["dependencies", "devDependencies", "optionalDependencies", "overrides"] as const) {
    expect(versionFaults({ [section]: { zod: version } }, lock)).toEqual([
      `${section}: zod is ${version}, which is not one exact version.`,
    ]);
  }
});

test("P7 a lockfile that holds another version, or none, is found", () => {
  expect(versionFaults({ dependencies: { zod: "1.2.3-beta.4" } }, lock)[0]).toContain("but the lockfile has 4.");
  expect(versionFaults({ dependencies: { absent: "1.0.0" } }, lock)[0]).toContain("but the lockfile has none");
});

test.each([undefined, "", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha512-abc", "md5-x"])(
  "P7 a package without a sha512 is found: %j",
  (integrity) => {
    expect(sourceFaults(altered("zod", { integrity }))).toEqual(["zod has no sha512 in the lockfile."]);
  },
);

test("P7 only an optional program of another platform that is listed may be without its hash", () => {
  const swc = "@next/swc-darwin-arm64";
  expect(sourceFaults(altered(swc, { optional: undefined }))).toHaveLength(1);
  expect(sourceFaults(altered(swc, { os: undefined, cpu: undefined }))).toHaveLength(1);
  expect(sourceFaults(altered(swc, { integrity: "sha1-x" }))).toHaveLength(1);
  expect(sourceFaults(altered("@else/swc-darwin", { version: "1.0.0", optional: true, os: ["darwin"] }))).toHaveLength(
    1,
  );
  for (const start of Object.keys(WITHOUT_INTEGRITY)) {
    const { [start]: _reason, ...others } = WITHOUT_INTEGRITY;
    expect(sourceFaults(lock, others), start).not.toEqual([]);
  }
});

test.each(["http://packages.test/zod.tgz", "git+ssh://git@packages.test/zod.git", "file:../zod.tgz", "../zod"])(
  "P7 a package that does not come by https is found: %s",
  (resolved) => {
    const path = "node_modules/zod";
    const mixed = { packages: { ...placed.packages, [path]: { ...placed.packages[path], resolved } } };
    expect(sourceFaults(mixed)).toEqual(["zod does not come by https."]);
  },
);

test("P7 a package from another place than the rest is found, and so is a place for one alone, or for all but one", () => {
  const path = "node_modules/zod";
  const from = (resolved: string | undefined, base: Lock) =>
    sourceFaults({ packages: { ...base.packages, [path]: { ...base.packages[path], resolved } } } as Lock);
  expect(from("https://other.test/zod.tgz", placed)).toEqual(["zod does not come from where the others come from."]);
  expect(from(undefined, placed)).toEqual(["zod does not come from where the others come from."]);
  expect(from("https://other.test/zod.tgz", lock).length).toBeGreaterThan(0);
});

test.each(Object.entries(FLOORS))("P7 %s older than %s is found, at any depth", (name, floor) => {
  const [major, minor, patch] = floor.split(".").map(Number) as [number, number, number];
  const older = [`${major - 1}.99.99`, `${major}.${minor - 1}.99`, `${major}.${minor}.${patch - 1}`, `${floor}-beta.1`];
  for (const version of older) {
    expect(floorFaults(altered(name, { version })), version).toHaveLength(1);
    expect(floorFaults(altered(`zod/node_modules/${name}`, { version })), version).toHaveLength(1);
  }
  for (const version of [floor, `${major}.${minor}.${patch + 10}`, `${major}.${minor + 1}.0`, `${major + 1}.0.0`]) {
    expect(floorFaults(altered(name, { version })), version).toEqual([]);
  }
  const { [`node_modules/${name}`]: _gone, ...packages } = lock.packages;
  expect(floorFaults({ packages })).toHaveLength(1);
});

test("P7 an install script that is not listed is found, and so is one that is listed and gone", () => {
  expect(installScriptFaults(altered("zod", { hasInstallScript: true }), npmrc)).toEqual([
    "zod has an install script that nobody looked at.",
  ]);
  for (const name of Object.keys(INSTALL_SCRIPTS)) {
    expect(installScriptFaults(altered(name, { hasInstallScript: undefined }), npmrc)).toEqual([
      `${name} is listed for its install script and has none.`,
    ]);
  }
});

test.each([
  "",
  "fund=false\n",
  "ignore-scripts=false\n",
  "; ignore-scripts=true\n",
  "ignore-scripts=true\nignore-scripts=false\n",
])("P7 a .npmrc that lets install scripts run is found: %j", (text) =>
  expect(installScriptFaults(lock, text)).toEqual([".npmrc does not say ignore-scripts=true."]),
);

const advisory = (severity: string) => ({
  ...{ source: 1, name: "zod", title: "Too slow", severity, range: "<4" },
  url: "https://advisories.test/GHSA-aaaa-bbbb-cccc",
});
const report = (...via: unknown[]) =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities: { zod: { via }, next: { via: ["zod"] } } });

test("P7 an advisory that is high or critical is found once, unless it is excepted", () => {
  for (const severity of ["high", "critical"]) {
    const found = report(advisory(severity), advisory(severity));
    expect(advisoryFaults(found)).toEqual({ faults: [`zod: Too slow (${severity}, GHSA-aaaa-bbbb-cccc).`] });
    expect(advisoryFaults(found, { "GHSA-aaaa-bbbb-cccc": "not reached" })).toEqual({ faults: [] });
  }
  expect(advisoryFaults(report(advisory("moderate"), advisory("low")))).toEqual({ faults: [] });
  expect(advisoryFaults(JSON.stringify({ vulnerabilities: {} }))).toEqual({ faults: [] });
});

test("P7 an exception that excuses nothing any more is found", () => {
  expect(advisoryFaults(report(), { "GHSA-aaaa-bbbb-cccc": "not reached" })).toEqual({
    faults: ["GHSA-aaaa-bbbb-cccc is excepted, but npm audit does not report it."],
  });
});

test.each([
  ["", "no answer"],
  ["null", "no answer"],
  ["<html>", "no answer"],
  [JSON.stringify({ message: "405 Method Not Allowed", statusCode: 405, error: { summary: "" } }), "405"],
  [JSON.stringify({ error: { code: "ENOTFOUND", summary: "getaddrinfo" } }), "ENOTFOUND"],
])("P7 no answer is not a good answer, and not a bad one: %s", (text, unasked) => {
  expect(advisoryFaults(text)).toEqual({ unasked });
});

test("P7 the offline half ends with 0 here, and says what it looked at", async () => {
  const said = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, ["scripts/audit.ts", "--offline"], (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
  expect(said).toMatch(/^\d+ packages of exact versions .*\.\n$/);
});
