import type { Route } from "next";

type Role = "agent" | "supervisor";
type Screen = { path: Route; name: string; who: readonly Role[] };

/** The screens that need a sign-in, in the order of the menu, and who may open them. The table of docs/screens.md is held to it. */
export const SCREENS = [
  { path: "/desk", name: "Desk", who: ["agent"] },
  { path: "/wallboard", name: "Wallboard", who: ["supervisor"] },
  { path: "/callbacks", name: "Callbacks", who: ["agent", "supervisor"] },
  { path: "/runs", name: "Runs", who: ["supervisor"] },
  { path: "/queue", name: "Queue", who: ["supervisor"] },
  { path: "/tasks", name: "Tasks", who: ["supervisor"] },
  { path: "/agents", name: "Agents", who: ["supervisor"] },
  { path: "/staff", name: "Staff", who: ["supervisor"] },
  { path: "/keys", name: "API keys", who: ["supervisor"] },
  { path: "/settings", name: "Settings", who: ["supervisor"] },
  { path: "/audit", name: "Audit", who: ["supervisor"] },
  { path: "/account", name: "My account", who: ["agent", "supervisor"] },
] as const satisfies readonly Screen[];

export type ScreenPath = (typeof SCREENS)[number]["path"];

/** The screens of this role. */
export function screensOf(role: Role): readonly Screen[] {
  return SCREENS.filter(({ who }: Screen) => who.includes(role));
}

/** The screen to go to after signing in: the one that was asked for when it is one of ours, else the start. */
export function screenAfterSignIn(asked: string | null): ScreenPath | "/" {
  return SCREENS.find(({ path }) => path === asked)?.path ?? "/";
}
