import Link from "next/link";
import type { Me } from "#schema/access";
import { screensOf } from "../screens.ts";
import { DemoDay } from "./demo-day.tsx";
import { Menu } from "./menu.tsx";
import { SignOut } from "./sign-out.tsx";

/** The top of every screen: where one can go, and who is signed in. */
export function Header({ me }: { me: Me | null }) {
  return (
    <header className="border-line border-b bg-panel">
      <div className="mx-auto flex max-w-page flex-wrap items-center gap-x-5 gap-y-2 px-5 py-3">
        <Link href="/" className="font-bold text-ink no-underline">
          Ringback
        </Link>
        {me && <Menu screens={screensOf(me.role).map(({ path, name }) => ({ path, name }))} />}
        <div className="ml-auto flex flex-wrap items-center gap-3">
          {me ? (
            <>
              <DemoDay />
              <span className="text-muted text-small">
                {me.name}, {me.role}
              </span>
              <SignOut />
            </>
          ) : (
            <Link href="/sign-in">Sign in</Link>
          )}
        </div>
      </div>
    </header>
  );
}
