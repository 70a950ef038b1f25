"use client";
import Link from "next/link";
import type { Me } from "#schema/access";
import { Arrow } from "./arrow.tsx";
import { StartDemoDay } from "./demo-day.tsx";
import { SignOut } from "./sign-out.tsx";

const ID = "person-menu";

/** The person who is signed in, with the person's own pages. The browser's own popover: Escape and a press outside close it. */
export function PersonMenu({ me }: { me: Me }) {
  return (
    <>
      <button type="button" className="person" popoverTarget={ID}>
        <span className="truncate">{me.name}</span>
        <Arrow />
      </button>
      <div id={ID} popover="auto" className="panel person-menu">
        <p className="text-muted text-small">
          {me.name}, {me.role}
        </p>
        <Link href="/account" prefetch={false}>
          My account
        </Link>
        <StartDemoDay />
        <SignOut agentId={me.agentId} />
      </div>
    </>
  );
}
