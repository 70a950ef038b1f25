import type { Route } from "next";

type Role = "agent" | "supervisor";
/** Screens of one group stand behind one link of the menu and side by side below it; those of "own" are in the person's menu. */
type Group = "Runs" | "People" | "Settings" | "own";
type Screen = { path: Route; name: string; who: readonly Role[]; group?: Group };
export type MenuEntry = { path: Route; name: string; screens: readonly { path: Route; name: string }[] };

/** The screens that need a sign-in, in the order of the menu, and who may open them. A test compares it with the table of docs/screens.md. */
export const SCREENS = [
  { path: "/desk", name: "Desk", who: ["agent"] },
  { path: "/wallboard", name: "Wallboard", who: ["supervisor"] },
  { path: "/callbacks", name: "Callbacks", who: ["agent", "supervisor"] },
  { path: "/messages", name: "Messages", who: ["supervisor"] },
  { path: "/customers", name: "Customers", who: ["agent", "supervisor"] },
  { path: "/runs", name: "Runs", who: ["supervisor"], group: "Runs" },
  { path: "/queue", name: "Queue", who: ["supervisor"], group: "Runs" },
  { path: "/tasks", name: "Tasks", who: ["supervisor"] },
  { path: "/agents", name: "Agents", who: ["supervisor"], group: "People" },
  { path: "/staff", name: "Staff", who: ["supervisor"], group: "People" },
  { path: "/settings", name: "Settings", who: ["supervisor"], group: "Settings" },
  { path: "/keys", name: "API keys", who: ["supervisor"], group: "Settings" },
  { path: "/audit", name: "Audit", who: ["supervisor"], group: "Settings" },
  { path: "/account", name: "My account", who: ["agent", "supervisor"], group: "own" },
] as const satisfies readonly Screen[];

export type ScreenPath = (typeof SCREENS)[number]["path"];

/** The screens of this role. */
export function screensOf(role: Role): readonly Screen[] {
  return SCREENS.filter(({ who }: Screen) => who.includes(role));
}

/** The menu of a role: single screens, and groups that lead to the first of their screens. */
export function menuOf(role: Role): MenuEntry[] {
  const entries = Map.groupBy(screensOf(role), ({ name, group }) => group ?? name);
  entries.delete("own");
  return [...entries].map(([name, screens]) => ({
    name,
    path: screens[0]!.path,
    screens: screens.map((screen) => ({ path: screen.path, name: screen.name })),
  }));
}

/** The screen to go to after signing in: the one that was asked for when it is one of ours, else the start. */
export function screenAfterSignIn(asked: string | null): ScreenPath | "/" {
  return SCREENS.find(({ path }) => path === asked)?.path ?? "/";
}
