"use client";
import { useState } from "react";
import { useStaff } from "#client/access";
import { Listing } from "../_ui/listing.tsx";
import { Invitation } from "../_ui/invitation.tsx";
import { InviteForm } from "./invite-form.tsx";
import { StaffRow } from "./staff-row.tsx";

/** All accounts that can sign in, and a form that invites a person. `own` is the account of the reader. */
export function Staff({ own }: { own: string }) {
  const list = useStaff();
  const [invitation, setInvitation] = useState<string | null>(null);
  const staff = list.data?.pages.flatMap((page) => page.staff) ?? [];
  return (
    <>
      {invitation && <Invitation invitation={invitation} onClose={() => setInvitation(null)} />}
      <Listing
        label="Staff"
        list={list}
        columns={["Name", "E-mail", "Role", "State", ""]}
        empty="Nobody can sign in yet."
      >
        {staff.map((member) => (
          <StaffRow key={member.accountId} member={member} isOwn={member.accountId === own} onInvited={setInvitation} />
        ))}
      </Listing>
      {!list.isPending && (
        <>
          <h2>Invite</h2>
          <InviteForm onInvited={setInvitation} />
        </>
      )}
    </>
  );
}
