"use client";
import { useState } from "react";
import {
  type Dormant,
  exportNotes,
  type Proposal,
  type Settlement,
  useDecide,
  useDormant,
  useForget,
  useKnown,
  useProposals,
  useSettle,
} from "#client/call-memory";
import type { When } from "#client/desk";
import { serverNow } from "#lib/browser/clock";
import { CallBackAt } from "../_ui/call-back-at.tsx";
import { Button, Failure, Field, Form, FormButtons } from "../_ui/form.tsx";
import { notifyError, say } from "../_ui/notices.tsx";
import { saveFile } from "../_ui/save-file.ts";
import { dayAt, onBothClocks, placeOf, theirTime } from "../_ui/time.ts";

/**
 * Callbacks that the agent's own notes promise and that are not scheduled, each scheduled with one press, and promises that went
 * quiet. With a user, only those of that user.
 */
export function Proposals({ agentId, userId }: { agentId: number; userId?: string }) {
  const all = useProposals(agentId);
  const quiet = useDormant(agentId);
  const isMeant = (one: { userId: string }) => userId === undefined || one.userId === userId;
  const [proposals, dormant] = [all.filter(isMeant), quiet.filter(isMeant)];
  if (proposals.length + dormant.length === 0) return null;
  return (
    <section className="panel from-notes" aria-label="Promised in your notes">
      <h2>Promised in your notes</h2>
      <ul>
        {proposals.map((proposal) => (
          <Proposed key={proposal.id} agentId={agentId} proposal={proposal} />
        ))}
        {dormant.map((one) => (
          <GoneQuiet key={one.id} agentId={agentId} dormant={one} />
        ))}
      </ul>
      <p className="text-muted text-tiny">
        Read from your notes by this browser. What you do not schedule is kept here only; colleagues do not see it.
      </p>
    </section>
  );
}

function Proposed({ agentId, proposal }: { agentId: number; proposal: Proposal }) {
  const { userId, userName, callSessionId, time, zone, isZoneKnown } = proposal;
  const decide = useDecide(agentId, ({ scheduledFor, conflicts }) => {
    const what = `${userName}: promised for ${onBothClocks(scheduledFor, serverNow(), zone)}.`;
    say([what, ...conflicts].join(" "), conflicts.length > 0 ? "late" : "kept");
  });
  const [isAsking, ask] = useState(false);
  const [text, setText] = useState("");
  const [when, setWhen] = useState<When | null>(null);
  const isEdited = isAsking || time === null;
  const dismiss = (
    <Button type="button" isBusy={decide.isPending} onClick={() => decide.mutate({ proposal, verdict: "dismissed" })}>
      Not promised
    </Button>
  );
  return (
    <li>
      <p>
        <strong>{userName}.</strong> {proposal.sentence}
      </p>
      {isEdited ? (
        <Form
          aria-label={`A time for ${userName}`}
          onSend={() =>
            when
              ? decide.mutate({ proposal, verdict: "edited", scheduledFor: when.scheduledFor })
              : say("Say when to call.", "late")
          }
        >
          <CallBackAt {...{ userId, callSessionId }} text={text} onText={setText} onWhen={setWhen} isNeeded />
          <div className="flex flex-wrap items-center gap-2">
            <Button kind="main" isBusy={decide.isPending}>
              Schedule it
            </Button>
            {dismiss}
          </div>
        </Form>
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            kind="main"
            isBusy={decide.isPending}
            onClick={() => decide.mutate({ proposal, verdict: "accepted" })}
          >
            Schedule {dayAt(time.instant, zone)}
            {isZoneKnown ? " in " : ", zone unknown, taken as "}
            {placeOf(zone)}
          </Button>
          <Button onClick={() => ask(true)}>Another time</Button>
          {dismiss}
          {theirTime(time.instant, zone) && <span className="text-muted text-tiny">{dayAt(time.instant)} yours</span>}
        </div>
      )}
      <Failure error={decide.error} />
    </li>
  );
}

/** A promise without a mention for a day: the agent settles it with a reason, or keeps it. */
function GoneQuiet({ agentId, dormant: { chainId, userName, sentence } }: { agentId: number; dormant: Dormant }) {
  const settle = useSettle(agentId);
  const [verdict, choose] = useState<Settlement | null>(null);
  const send = (fields: FormData) =>
    verdict && settle.mutate({ chainId, verdict, reason: String(fields.get("reason")).trim() });
  return (
    <li>
      <p>
        <strong>{userName}.</strong> {sentence}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {(["kept", "unwanted"] as const).map((one) => (
          <Button key={one} type="button" aria-pressed={verdict === one} onClick={() => choose(one)}>
            {SETTLEMENTS[one]}
          </Button>
        ))}
      </div>
      {verdict && (
        <Form aria-label={`${SETTLEMENTS[verdict]}: ${userName}`} onSend={send}>
          <Field label="How do you know?" name="reason" required maxLength={200} autoComplete="off" />
          <FormButtons>
            <Button kind="main" isBusy={settle.isPending}>
              Settle it
            </Button>
          </FormButtons>
        </Form>
      )}
      <Failure error={settle.error} />
    </li>
  );
}

const SETTLEMENTS: Record<Settlement, string> = { kept: "Kept by phone", unwanted: "No longer wanted" };

const GOALS: Record<string, string> = {
  signature: "Signature",
  documents: "Documents",
  callback_kept: "Callback kept",
};

/** Facts about the person of the next call that this browser read from notes, each with the words it was read from. */
export function KnownFromNotes({ agentId, userId }: { agentId: number; userId: string }) {
  const { data } = useKnown(agentId, userId);
  const forget = useForget(agentId);
  const [isAsking, ask] = useState(false);
  if (!data || data.brief.length + data.findings.length + data.dormant.length + data.goals.length === 0) return null;
  return (
    <section className="panel from-notes" aria-label="From earlier notes">
      <h2>From earlier notes</h2>
      <ul>
        {data.findings.map(({ id, sentence }) => (
          <li key={id}>
            <span className="tag soon">note</span> {sentence}
          </li>
        ))}
        {data.dormant.map((one) => (
          <GoneQuiet key={one.id} agentId={agentId} dormant={one} />
        ))}
        {data.brief.map(({ text, sources }) => (
          <li key={sources.join()}>{text}</li>
        ))}
        {data.goals.map(({ goalId, percent, evidence }) => (
          <li key={goalId}>
            {GOALS[goalId.slice(goalId.indexOf(":") + 1)]} {percent} %: “{evidence.at(-1)?.text}”
          </li>
        ))}
      </ul>
      <p className="text-muted text-tiny">
        Read by this browser from calls you made here, and kept here only. The notes themselves are saved with each
        call.
      </p>
      <Failure error={forget.error} />
      <div className="mt-3 flex flex-wrap gap-2">
        <button
          type="button"
          className="button plain small"
          onClick={() =>
            void exportNotes(agentId)
              .then((text) => saveFile("ringback-notes.json", text, "application/json"))
              .catch(notifyError)
          }
        >
          Save all as a file
        </button>
        {/* Words are not thrown away by one press. */}
        <button
          type="button"
          className="button plain small"
          onClick={() => (isAsking ? forget.mutate(userId) : ask(true))}
        >
          {isAsking ? "Forget it in this browser" : "Forget"}
        </button>
      </div>
    </section>
  );
}
