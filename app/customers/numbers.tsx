"use client";
import { useState } from "react";
import type { Story } from "#client/desk";
import { AllowDialog } from "../callbacks/allow-dialog.tsx";
import { Button } from "../_ui/form.tsx";
import { Moment } from "../_ui/moment.tsx";
import { say } from "../_ui/notices.tsx";

type Known = Story["numbers"][number];
type Props = { userId: string; userName: string; numbers: readonly Known[]; isSupervisor: boolean };

const MARKS = { do_not_call: "do not call", wrong_number: "wrong number" };

/** Every number of the customer, the one that is called first at the top, each with its mark. */
export function Numbers({ userId, userName, numbers, isSupervisor }: Props) {
  const [lifting, setLifting] = useState<Known | null>(null);
  return (
    <ul className="panel grid gap-3">
      {numbers.map((number, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same number may be there twice, and nothing moves.
        <li key={place} className="grid gap-1">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {number.dialLink && !number.mark ? (
              <a href={number.dialLink} className="font-semibold">
                {number.spacedPhone}
              </a>
            ) : (
              <strong>{number.spacedPhone}</strong>
            )}
            <span className="text-muted text-small">
              {[number.label, place === 0 && "called first", !number.dialLink && "cannot be dialled"]
                .filter(Boolean)
                .join(", ")}
            </span>
            {number.mark && <span className="tag late">{MARKS[number.mark.kind]}</span>}
          </span>
          {number.mark && (
            <span className="text-small">
              {number.mark.why} <By {...number.mark} />
            </span>
          )}
          {number.lifted && (
            <span className="text-muted text-small">
              May be called again: {number.lifted.why} <By {...number.lifted} />
            </span>
          )}
          {number.mark && isSupervisor && (
            <span>
              <Button className="button plain small" onClick={() => setLifting(number)}>
                Let it be called again
              </Button>
            </span>
          )}
        </li>
      ))}
      {lifting && (
        <AllowDialog
          userId={userId}
          userName={userName}
          phone={numbers.indexOf(lifting) === 0 ? null : lifting.phone}
          onClose={() => setLifting(null)}
          onDone={(message) => {
            setLifting(null);
            say(message);
          }}
        />
      )}
    </ul>
  );
}

function By({ by, at }: { by: string | null; at: string | null }) {
  if (!at) return null;
  return (
    <span className="text-muted">
      ({by && `${by}, `}
      <Moment at={at} />)
    </span>
  );
}
