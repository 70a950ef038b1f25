/** A real Chromium from npm. It is unpacked once, with the libraries and fonts that a bare machine lacks. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Browser, chromium } from "playwright-core";

const FOLDER = resolve(".ringback/chromium");
const FONTS = join(FOLDER, "fonts");
const FONTS_CONF = join(FONTS, "ringback-fonts.conf");

/** Starts the browser, and unpacks it first if necessary. */
export async function launchChromium(): Promise<Browser> {
  const { executable, args, env } = await chromiumCommand();
  return chromium.launch({ executablePath: executable, timeout: 180_000, args, env });
}

/** The program of the browser as this machine can start it. */
export async function chromiumCommand(): Promise<{ executable: string; args: string[]; env: NodeJS.ProcessEnv }> {
  if (!existsSync(FOLDER)) await unpack();
  await writeFile(FONTS_CONF, fontsConf());
  return {
    executable: join(FOLDER, "chromium"),
    // A window lives for seconds here, so the quick optimiser of V8 saves time, and the thorough one does not.
    args: ["--no-sandbox", "--disable-background-networking", "--disable-sync", "--js-flags=--max-opt=2"],
    env: { ...process.env, LD_LIBRARY_PATH: join(FOLDER, "al2023", "lib"), FONTCONFIG_FILE: FONTS_CONF },
  };
}

/** The packed fonts.conf names folders of another machine, so that text has no letters; this one names its own. */
function fontsConf(): string {
  const inXml = (path: string) => path.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${inXml(FONTS)}</dir>
  <cachedir>${inXml(join(FOLDER, "fonts-cache"))}</cachedir>
</fontconfig>
`;
}

/** The package unpacks into the folder for temporary files; a half-done one must not be taken for a whole one. */
async function unpack(): Promise<void> {
  const partial = `${FOLDER}.partial.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const { TMPDIR, AWS_LAMBDA_JS_RUNTIME, LD_LIBRARY_PATH, FONTCONFIG_PATH } = process.env;
  // This makes the package unpack the libraries, too.
  Object.assign(process.env, { TMPDIR: partial, AWS_LAMBDA_JS_RUNTIME: "nodejs22.x" });
  try {
    const { default: packed } = await import("@sparticuz/chromium");
    await packed.executablePath();
  } finally {
    restore({ TMPDIR, AWS_LAMBDA_JS_RUNTIME, LD_LIBRARY_PATH, FONTCONFIG_PATH });
  }
  await rename(partial, FOLDER).catch(async (error: unknown) => {
    // Another process was faster.
    if (!existsSync(FOLDER)) throw error;
    await rm(partial, { recursive: true, force: true });
  });
}

function restore(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
