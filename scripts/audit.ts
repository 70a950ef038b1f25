/**
 * `npm run audit`: checks the dependencies against the rules of `dependency-rules.ts` and against known advisories. The
 * advisories need the network; without it, one line says that they were not checked. `--offline` skips them.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { advisoryFaults, type Lock, type Manifest, offlineFaults } from "./dependency-rules.ts";
import { main } from "./main.ts";

await main(async () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
  const faults = offlineFaults(manifest, lock, readFileSync(".npmrc", "utf8"));
  if (faults.length === 0) console.log(inFigures(lock));
  if (!process.argv.includes("--offline")) {
    const known = advisoryFaults(await npmAudit());
    if ("unasked" in known)
      console.log(`npm audit could not be run (${known.unasked}); known vulnerabilities were not checked.`);
    else if (known.faults.length === 0) console.log("npm audit reports no high or critical vulnerability.");
    else faults.push(...known.faults);
  }
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
});

function inFigures({ packages: { "": _project, ...packages } }: Lock): string {
  const count = Object.keys(packages).length;
  const hashed = Object.values(packages).filter(({ integrity }) => integrity).length;
  return (
    `${count} packages of exact versions from one source, no unknown install script; ${hashed} with their hash, ` +
    `${count - hashed} for other platforms without.`
  );
}

/**
 * The output of npm audit for any exit code: it ends with 1 both when it finds an advisory and when it reaches no registry.
 */
function npmAudit(): Promise<string> {
  const args = ["audit", "--omit=dev", "--audit-level=high", "--json", "--fetch-retries=0", "--fetch-timeout=20000"];
  const script = process.env.npm_execpath;
  const isScript = script?.endsWith("npm-cli.js") === true;
  return new Promise((resolve) => {
    execFile(
      isScript ? process.execPath : "npm",
      isScript ? [script, ...args] : args,
      // npm is a batch file on Windows, which only a shell can run; every argument is written above.
      { timeout: 60_000, maxBuffer: 64_000_000, shell: !isScript && process.platform === "win32" },
      (_error, stdout) => resolve(stdout),
    );
  });
}
