"use client";
import { useState } from "react";
import { useStaff } from "#client/access";
import { Button } from "../_ui/form.tsx";
import { Invitation } from "../_ui/invitation.tsx";
import { Listing } from "../_ui/listing.tsx";
import { say } from "../_ui/notices.tsx";
import { Title } from "../_ui/title.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { StaffRow } from "./staff-row.tsx";

/** All accounts that can sign in, and a dialog that invites a person. `own` is the account of the reader. */
export function Staff({ own }: { own: string }) {
  const list = useStaff();
  const [invitation, setInvitation] = useState<string | null>(null);
  const [isInviting, setInviting] = useState(false);
  const staff = list.data?.pages.flatMap((page) => page.staff) ?? [];
  const invited = (name: string, made: string) => {
    setInviting(false);
    setInvitation(made);
    say(`${name} has an account. Hand over the invitation.`);
  };
  return (
    <>
      <Title
        name="Staff"
        lead="Who can sign in, and as what. An agent works at one desk; a supervisor sees all of them."
      >
        <Button kind="main" onClick={() => setInviting(true)}>
          Invite somebody
        </Button>
      </Title>
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
      {isInviting && <InviteDialog onClose={() => setInviting(false)} onInvited={invited} />}
    </>
  );
}
