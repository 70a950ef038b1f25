import Link from "next/link";
import type { Me } from "#schema/access";
import { menuOf } from "../screens.ts";
import { DemoDay } from "./demo-day.tsx";
import { InCall } from "./in-call.tsx";
import { Menu } from "./menu.tsx";
import { NewCallback } from "./new-callback.tsx";
import { Offline } from "./offline.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { SignInLink } from "./sign-in-link.tsx";

/** The top of every screen: the menu, the open call, and the person who is signed in. */
export function Header({ me }: { me: Me | null }) {
  return (
    <header className="top">
      <Link href="/" className="brand">
        Ringback
      </Link>
      {me && <Menu entries={menuOf(me.role)} />}
      <Offline />
      <div className="end">
        {me ? (
          <>
            <InCall agentId={me.agentId} />
            <NewCallback agentId={me.agentId} />
            <DemoDay />
            <PersonMenu me={me} />
          </>
        ) : (
          <SignInLink />
        )}
      </div>
    </header>
  );
}
