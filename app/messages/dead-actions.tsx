"use client";
import { useState } from "react";
import { DEAD_STATES, type MessageStory, useCorrectAddress } from "#client/messages";
import { Button, Failure, Field, Form } from "../_ui/form.tsx";
import { say } from "../_ui/notices.tsx";
import { RedriveDialog } from "./redrive-dialog.tsx";

type Props = { message: Pick<MessageStory, "id" | "state" | "channel" | "to"> };

/** The actions on a dead letter: to correct its address, and to send it again. */
export function DeadActions({ message: { id, state, channel, to } }: Props) {
  const { mutate, isPending, error } = useCorrectAddress();
  const [isAsking, setAsking] = useState(false);
  const isDead = (DEAD_STATES as readonly string[]).includes(state);
  if (!isDead && !isAsking) return null;
  const correct = (fields: FormData) =>
    mutate({ id, to: String(fields.get("to")).trim() }, { onSuccess: ({ message }) => say(message) });
  return (
    <>
      {isDead && (
        <div className="notice late">
          <p>
            <strong>It is not tried again by itself.</strong>
          </p>
          {to !== null && (
            <Form key={to} className="mt-2 flex flex-wrap items-end gap-2" onSend={correct}>
              <div className="min-w-0 grow basis-44">
                <Field
                  label={channel === "sms" ? "Its number" : "Its address"}
                  name="to"
                  type={channel === "sms" ? "tel" : "email"}
                  defaultValue={to}
                  maxLength={320}
                  autoComplete="off"
                  required
                />
              </div>
              <Button isBusy={isPending}>Put it right</Button>
            </Form>
          )}
          <Failure error={error} />
          <div className="mt-2">
            <Button onClick={() => setAsking(true)}>Redrive it…</Button>
          </div>
        </div>
      )}
      {isAsking && <RedriveDialog title="Redrive this message" wish={{ ids: [id] }} onClose={() => setAsking(false)} />}
    </>
  );
}
