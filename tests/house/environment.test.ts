/**
 * `.env.example` and `docs/environment.md` are printed from the settings that lib/base/env.ts and the modules declare.
 * `npm test -- tests/house/environment.test.ts -u` writes them anew.
 */
import { parseEnv as parseFile } from "node:util";
import { expect, test } from "vitest";
import { parseEnv, VARIABLES } from "#lib/base/env";
import type { Setting } from "#lib/base/setting";
import { CODES, LIMITS, SENDERS, SERVICES } from "#declared";
import { modules } from "../../modules/all.ts";
import { table } from "./markdown.ts";

type Table = Readonly<Record<string, Setting>>;

/** The settings of each module by their variables, its services first. */
const ofModules: [string, Table][] = modules
  .map(({ name, limits = {}, services = {} }): [string, Table] => [
    name,
    { ...services, ...Object.fromEntries(Object.values(limits).map((limit) => [limit.variable, limit])) },
  ])
  .filter(([, table]) => Object.keys(table).length > 0)
  .toSorted(([one], [other]) => one.localeCompare(other));

const ofNoModule = Object.entries(VARIABLES).filter(([name]) => !ofModules.some(([, table]) => name in table));
const groups: [string, Table][] = [["everything", Object.fromEntries(ofNoModule)], ...ofModules];

const sentence = ({ meaning, form }: Setting): string =>
  form ? `${meaning} ${form[0]!.toUpperCase()}${form.slice(1)}.` : meaning;

test("lib reads the declarations of the modules as #declared", () => {
  expect(Object.assign({}, ...modules.map(({ limits }) => limits))).toEqual(LIMITS);
  expect(Object.assign({}, ...modules.map(({ services }) => services))).toEqual(SERVICES);
  expect(Object.assign({}, ...modules.map(({ codes }) => codes))).toEqual(CODES);
  expect(Object.assign({}, ...modules.map(({ senders }) => senders))).toEqual(SENDERS);
});

test(".env.example is printed from the settings", async () => {
  const head = [
    "# Printed by tests/house/environment.test.ts. Copy what you need into .env.local. Everything has a default or is made by the first",
    "# `npm start`, except in production (NODE_ENV=production), where DATABASE_URL and the secrets come from you.",
  ];
  const lines = groups.flatMap(([group, table]) => [
    "",
    `# ----- ${group}`,
    ...Object.entries(table).flatMap(([name, setting]) => [`# ${sentence(setting)}`, `${name}=${setting.usual ?? ""}`]),
  ]);
  await expect(`${[...head, ...lines].join("\n")}\n`).toMatchFileSnapshot("../../.env.example");
});

test("docs/environment.md is printed from the settings", async () => {
  const sections = groups.flatMap(([group, settings]) => [
    "",
    `## ${group[0]!.toUpperCase()}${group.slice(1)}`,
    "",
    ...table([
      ["variable", "default", "what"],
      ...Object.entries(settings).map(([name, setting]) => [
        `\`${name}\``,
        setting.usual || (setting.otherwise ?? "none"),
        sentence(setting),
      ]),
    ]),
  ]);
  const text = `# The environment

Printed by \`tests/house/environment.test.ts\` from the settings that \`lib/base/env.ts\` and the \`settings.ts\` of each module declare.
It is read once; \`.env.local\` and \`.env\` are read by every command. A wrong value ends the start with a sentence that names
the variable. Supervisors may set some of the limits on the screen of the settings; what they set counts before the environment.
`;
  await expect(`${text}${sections.join("\n")}\n`).toMatchFileSnapshot("../../docs/environment.md");
});

test("a file like .env.example sets exactly what nothing sets", () => {
  const required = {
    DATABASE_URL: "postgresql://here/db",
    CRON_SECRET: "c".repeat(16),
    SERVICE_API_KEY: "s".repeat(16),
    AUTH_SECRET: "a".repeat(32),
  };
  const example = parseFile(
    Object.entries(VARIABLES)
      .map(([name, { usual }]) => `${name}=${usual ?? ""}`)
      .join("\n"),
  );
  expect(parseEnv({ ...example, ...required })).toEqual(parseEnv(required));
});
