"use client";
import { useState } from "react";
import { useRecordOutcome } from "#client/desk";
import { Button, Choice, Failure, Form, FormButtons } from "../_ui/form.tsx";
import { say } from "../_ui/notices.tsx";
import { clockAt, dayAt } from "../_ui/time.ts";
import { learn } from "./learn.ts";
import { OUTCOMES, outcomeOf } from "./outcomes.ts";
import { dropDraft, type LeftDraft as Draft } from "./use-draft.ts";
import { KEPT } from "../_ui/kept-here.ts";

/** The unsaved form of one call that has left the desk. */
export function LeftDraft({ agentId, draft }: { agentId: number; draft: Draft }) {
  const { callSessionId, userName, at, notes, text, scheduledFor } = draft;
  const record = useRecordOutcome({
    kept: ({ notes: saved, callback }) => {
      dropDraft(agentId, callSessionId);
      learn(agentId, { ...draft, notes: saved, callback });
      say(KEPT, "late");
    },
    done: ({ message, conflicts }, { notes: saved, callback }) => {
      dropDraft(agentId, callSessionId);
      learn(agentId, { ...draft, notes: saved, callback });
      say([message, ...conflicts].join(" "), conflicts.length > 0 ? "late" : "kept");
    },
  });
  const [type, choose] = useState(draft.outcomeType ?? "");
  const outcome = outcomeOf(type);
  const hasTime = outcome?.promise === true && scheduledFor !== null;
  const send = () => {
    if (!outcome) return;
    // A time that was not understood before the call left the desk is stored in its words.
    const words = [notes.trim(), text.trim() && !hasTime ? `Call back: ${text.trim()}` : ""].filter(Boolean).join("\n");
    record.mutate({
      callSessionId,
      userName,
      callbackId: null,
      outcomeType: outcome.type,
      ...(words && { notes: words }),
      ...(hasTime && { callback: { scheduledFor } }),
    });
  };
  return (
    <Form className="panel grid gap-3" aria-label={`Not saved: your call with ${userName}`} onSend={send}>
      <h2>Not saved</h2>
      <p>
        You put this in during your call with <strong>{userName}</strong> at {clockAt(at)}. The call has left your desk.
      </p>
      {notes.trim() && <blockquote>“{notes.trim()}”</blockquote>}
      {text.trim() && (
        <p>
          Call back: {text.trim()}
          {scheduledFor && ` (${dayAt(scheduledFor)})`}
        </p>
      )}
      <Choice label="Outcome" value={type} onChange={({ target }) => choose(target.value)} required>
        <option value="">Choose what came of it</option>
        {OUTCOMES.filter((one) => one.type !== "call_back" || scheduledFor !== null).map((one) => (
          <option key={one.type} value={one.type}>
            {one.name.replace("…", "")}
          </option>
        ))}
      </Choice>
      <Failure error={record.error} />
      <FormButtons>
        <Button kind="main" isBusy={record.isPending}>
          Save to that call
        </Button>
        <Button type="button" onClick={() => dropDraft(agentId, callSessionId)}>
          Throw away
        </Button>
      </FormButtons>
    </Form>
  );
}
