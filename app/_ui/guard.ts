import { notFound, redirect } from "next/navigation";
import { currentPerson } from "#lib/http/page";
import { whoAmI } from "#modules/access";
import type { Me } from "#schema/access";
import { type ScreenPath, screensOf } from "../screens.ts";

/** Who is signed in, or null. */
export async function me(): Promise<Me | null> {
  const ctx = await currentPerson();
  return ctx && whoAmI(ctx);
}

/** The same for a page that anybody may read: null also while nobody can be identified, as when the database is away. */
export async function meIfKnown(): Promise<Me | null> {
  // Every other page, and every request, says what is wrong by itself.
  return me().catch(() => null);
}

/**
 * Lets a page be shown to those who may see it: who is not signed in is sent to sign in, and to everybody else a
 * screen of another role is not there.
 */
export async function requireScreen(path: ScreenPath): Promise<Me> {
  const person = await me();
  if (!person) redirect(`/sign-in?next=${path}`);
  if (!screensOf(person.role).some((screen) => screen.path === path)) notFound();
  return person;
}
