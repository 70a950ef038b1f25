/** The roads of docs/roads.md: short enough to follow, and without a way back up. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const roads = readFileSync("docs/roads.md", "utf8")
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    name: section.split("\n", 1)[0]!,
    steps: [...section.matchAll(/^\| \w.*\| `[A-Z]+ \/([^`]+)` +\| (`.*`)/gm)].map(([, path, files]) => ({
      route: `app/${path!.replaceAll("{", "[").replaceAll("}", "]")}/route.ts`,
      files: [...files!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!),
    })),
  }));

/** The files of ours that a file calls: its relative imports, and for a door all files that the door exports. Imports of types do not count. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, "utf8").replace(/^import type [^;]*;/gm, "");
  const relative = (from: string, text: string) =>
    [...text.matchAll(/from "(\.\.?\/[^"]+)"/g)].map(([, path]) => join(dirname(from), path!));
  const doors = [...source.matchAll(/from "#modules\/([\w-]+)"/g)].map(([, name]) => `modules/${name}/index.ts`);
  return [...relative(file, source), ...doors.flatMap((door) => relative(door, readFileSync(door, "utf8")))];
}

test("a callback and a task are followed in at most twelve files each, from the request of each step down", () => {
  expect(roads.map(({ name }) => name)).toEqual(["A callback", "A task"]);
  for (const { name, steps } of roads) {
    const files = new Set(steps.flatMap((step) => step.files));
    expect(files.size > 9 && files.size <= 12, `${name}: ${files.size} files`).toBe(true);
    for (const { route, files: step } of steps) {
      expect(importsOf(route), `the operation of ${route}`).toContain(step.find((file) => file !== route));
      for (const [place, file] of step.entries()) {
        const above = step.slice(0, place);
        if (place > 0) expect(above.flatMap(importsOf), `the way down to ${file}`).toContain(file);
        expect(
          importsOf(file).filter((other) => above.includes(other)),
          `ways up from ${file}`,
        ).toEqual([]);
      }
    }
  }
});
