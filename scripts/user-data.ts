/** `npm run user-data`: hands out or erases what is stored about one user, on DATABASE_URL or the embedded database. */
import type { Ctx } from "#lib/base/context";
import { type EraseAnswer, userInput } from "#schema/personal-data";
import { endWith, main } from "./main.ts";
import { openDatabase } from "./open-database.ts";

const USAGE = `Say what to do with which user:
  npm run -s user-data -- export <userId>   prints everything stored about the user as JSON
  npm run -s user-data -- erase <userId>    erases it for good`;

// The app is loaded when there is something to do: wrong usage, and a database that is not there, are answered at once.
const personalData = () => import("#modules/personal-data");

const ACTIONS: Record<string, (ctx: Ctx, userId: bigint) => Promise<string>> = {
  export: async (ctx, userId) => JSON.stringify(await (await personalData()).exportUser(ctx, { userId }), undefined, 2),
  erase: async (ctx, userId) => erased(userId, await (await personalData()).eraseUser(ctx, { userId })),
};

await main(async () => {
  const { act, userId } = readArguments(process.argv.slice(2));
  const database = await openDatabase();
  try {
    const { openCtx } = await import("./script-context.ts");
    const { ctx, close } = await openCtx(database.url);
    try {
      process.stdout.write(`${await act(ctx, userId)}\n`);
    } finally {
      await close();
    }
  } finally {
    await database.close();
  }
});

function readArguments([action = "", id, ...rest]: string[]): {
  act: (ctx: Ctx, userId: bigint) => Promise<string>;
  userId: bigint;
} {
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  const parsed = userInput.safeParse({ userId: id });
  if (!act || !parsed.success || rest.length > 0) return endWith(2, USAGE);
  return { act, userId: parsed.data.userId };
}

function erased(userId: bigint, answer: EraseAnswer): string {
  const { users, cancelled, callbacks, calls, queueEntries, claims, cursorTasks, messages } = answer;
  if (users + cancelled + callbacks + calls + queueEntries + claims + cursorTasks + messages === 0)
    return `User ${userId} was erased before; nothing was left.`;
  return `User ${userId} is erased: name, phone, email and zone, ${claims} claims, and every word in ${callbacks} callbacks (${cancelled} cancelled now), ${calls} calls, ${queueEntries} queue entries, ${cursorTasks} tasks and ${messages} messages.`;
}
