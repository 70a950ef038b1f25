/** `npm run user-data`: exports or erases the data of one person, on DATABASE_URL or the embedded database. */
import type { Ctx } from "#lib/base/context";
import { type EraseAnswer, personInput } from "#schema/personal-data";
import { endWith, main } from "./main.ts";
import { openDatabase } from "./open-database.ts";

const USAGE = `Say what to do with whom, by the id of a user, or by the uuid under which another system had messages sent:
  npm run -s user-data -- export <id>   prints everything stored about the person as JSON
  npm run -s user-data -- erase <id>    erases it for good`;

// The app is loaded only when needed: wrong usage and a missing database are reported at once.
const personalData = () => import("#modules/personal-data");

const ACTIONS: Record<string, (ctx: Ctx, customerId: string) => Promise<string>> = {
  export: async (ctx, customerId) =>
    JSON.stringify(await (await personalData()).exportPerson(ctx, { customerId }), undefined, 2),
  erase: async (ctx, customerId) => erased(customerId, await (await personalData()).erasePerson(ctx, { customerId })),
};

await main(async () => {
  const { act, customerId } = readArguments(process.argv.slice(2));
  const database = await openDatabase();
  try {
    const { openCtx } = await import("./script-context.ts");
    const { ctx, close } = await openCtx(database.url);
    try {
      process.stdout.write(`${await act(ctx, customerId)}\n`);
    } finally {
      await close();
    }
  } finally {
    await database.close();
  }
});

function readArguments([action = "", id, ...rest]: string[]): {
  act: (ctx: Ctx, customerId: string) => Promise<string>;
  customerId: string;
} {
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  const parsed = personInput.safeParse({ customerId: id });
  if (!act || !parsed.success || rest.length > 0) return endWith(2, USAGE);
  return { act, customerId: parsed.data.customerId };
}

function erased(customerId: string, answer: EraseAnswer): string {
  const { users, cancelled, callbacks, calls, queueEntries, claims, cursorTasks, messages } = answer;
  if (!/^[0-9]+$/.test(customerId))
    return `Customer ${customerId} is erased: the uuid, the addresses and every word of ${messages} messages.`;
  if (users + cancelled + callbacks + calls + queueEntries + claims + cursorTasks + messages === 0)
    return `User ${customerId} was erased before; nothing was left.`;
  return `User ${customerId} is erased: name, phone, email and zone, ${claims} claims, and every word in ${callbacks} callbacks (${cancelled} cancelled now), ${calls} calls, ${queueEntries} queue entries, ${cursorTasks} tasks and ${messages} messages.`;
}
