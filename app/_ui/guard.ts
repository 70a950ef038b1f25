import { notFound, redirect } from "next/navigation";
import { currentPerson } from "#lib/http/page";
import { whoAmI } from "#modules/access";
import { listQueueNames } from "#modules/settings";
import type { Me } from "#schema/access";
import { type ScreenPath, screensOf } from "../screens.ts";

/** The person who is signed in, or null. */
export async function me(): Promise<Me | null> {
  const ctx = await currentPerson();
  return ctx && whoAmI(ctx);
}

/** The same for a page that is open to everyone: undefined while nobody can be identified, as when the database is away. */
export async function meIfKnown(): Promise<Me | null | undefined> {
  // Every other page, and every request, reports the fault itself.
  return me().catch(() => undefined);
}

/**
 * The names of the queues; none for a page of nobody, and while the database is away. They are read from the database: the copy of
 * an instance may be five seconds old, and a page does not reload when a name changes.
 */
export async function queueNamesIfKnown(): Promise<Readonly<Record<string, string>>> {
  try {
    const ctx = await currentPerson();
    const { queues } = ctx ? await listQueueNames(ctx) : { queues: [] };
    return Object.fromEntries(queues.map(({ queueType, name }) => [queueType, name]));
  } catch {
    return {};
  }
}

/** Permits a screen to the people who may see it: redirects others to the sign-in, and answers 404 to people of another role. */
export async function requireScreen(path: ScreenPath): Promise<Me> {
  const person = await me();
  if (!person) redirect(`/sign-in?next=${path}`);
  if (!screensOf(person.role).some((screen) => screen.path === path)) notFound();
  return person;
}
