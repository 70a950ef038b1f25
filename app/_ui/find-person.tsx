"use client";
import { useState } from "react";
import { type Person, useLookUp } from "#client/callbacks";
import { Button, Failure, Field } from "./form.tsx";
import { PeopleSearch } from "./people-search.tsx";

export type Found = Pick<Person, "userId" | "name" | "timeZone">;
type Props = { agentId: number | null; onChoose: (person: Found) => void };

/** Finds a customer: a supervisor by name or number, an agent by the full number only, as during an inbound call. */
export function FindPerson({ agentId, onChoose }: Props) {
  if (agentId === null) return <PeopleSearch onChoose={onChoose} />;
  return <ByNumber agentId={agentId} onChoose={onChoose} />;
}

function ByNumber({ agentId, onChoose }: { agentId: number } & Pick<Props, "onChoose">) {
  const lookUp = useLookUp();
  const [phone, setPhone] = useState("");
  const find = () => {
    if (phone.trim() !== "") lookUp.mutate({ agentId, phone }, { onSuccess: ({ user }) => user && onChoose(user) });
  };
  return (
    <>
      <Field
        label="Customer's full telephone number"
        hint="Every look-up is counted and stands in the audit."
        type="tel"
        value={phone}
        onChange={({ target }) => setPhone(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          find();
        }}
        autoComplete="off"
        maxLength={32}
        autoFocus
      />
      <div>
        <Button type="button" isBusy={lookUp.isPending} onClick={find}>
          Find
        </Button>
      </div>
      {lookUp.data?.user === null && <p className="text-muted text-small">Nobody we know has this number.</p>}
      <Failure error={lookUp.error} />
    </>
  );
}
