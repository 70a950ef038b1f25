"use client";
import { useState } from "react";
import { discard, exportUnsent, isHeld, sendAgain, type Unsent, useCountOfOthers, useWhyNotKept } from "#client/desk";
import { Button } from "../_ui/form.tsx";
import { notifyError } from "../_ui/notices.tsx";
import { saveFile } from "../_ui/save-file.ts";
import { dayAndTime } from "../_ui/time.ts";
import { secondsNow } from "../_ui/clock.ts";
import { counted } from "../_ui/words.ts";

/** Says why actions in this browser would be lost without a connection: a private window, a full disk, a page of an older build. */
export function NotKept() {
  const why = useWhyNotKept();
  if (why === null) return null;
  return (
    <p role="status" className="panel text-small">
      <strong>What you do is not kept here.</strong> {why}
    </p>
  );
}

/** The number of unsent actions that other people left here, without their contents. */
export function OfOthers() {
  const count = useCountOfOthers();
  if (count === 0) return null;
  return (
    <p className="panel text-muted text-small">
      {counted(count, "thing")} of another person {count === 1 ? "waits" : "wait"} on this computer and{" "}
      {count === 1 ? "goes" : "go"} out when that person signs in here again.
    </p>
  );
}

/** The agent's unconfirmed actions: those that wait, and those that were stopped after they had waited. */
export function UnsentWork({ unsent }: { unsent: readonly Unsent[] }) {
  const shown = unsent.filter(isHeld);
  if (shown.length === 0) return null;
  const old = shown.filter(({ state, why }) => state === "stopped" && why?.code === "too_old");
  const held = shown.find(({ state, why }) => state === "waits" && why?.code === "unauthenticated");
  return (
    <section className="panel grid gap-3" aria-label="Not sent yet">
      <h2>Not sent yet {shown.length}</h2>
      <p className="text-muted text-small">
        {held
          ? "It is kept in this browser. Sign in again, and it goes out."
          : "It is kept in this browser, also when the window is closed, and goes out by itself when Ringback can be reached."}
      </p>
      {old.length > 1 && (
        <Button type="button" onClick={() => void sendAll(old)}>
          Send all {old.length} that are more than a day old
        </Button>
      )}
      <ul className="grid gap-3">
        {shown.map((one) => (
          <Item key={one.id} {...one} />
        ))}
      </ul>
      <p className="m-0">
        <button
          type="button"
          className="button plain small"
          onClick={() =>
            void exportUnsent()
              .then((text) => saveFile("ringback-not-sent.txt", text, "text/plain"))
              .catch(notifyError)
          }
        >
          Save it as a file
        </button>
      </p>
    </section>
  );
}

async function sendAll(old: readonly Unsent[]): Promise<void> {
  for (const { id } of old) await sendAgain(id).catch(notifyError);
}

const STATES: Record<Unsent["state"], string> = {
  waits: "waits",
  sending: "sending",
  stopped: "not done",
  sent: "sent",
};

function Item({ id, title, state, why, words, doneAt }: Unsent) {
  const [isAsking, setAsking] = useState(false);
  const isStopped = state === "stopped";
  // One press must not delete words that a person typed.
  const throwAway = () => (words && !isAsking ? setAsking(true) : void discard(id).catch(notifyError));
  return (
    <li className="grid gap-1">
      <span className="flex flex-wrap items-baseline gap-2">
        <strong>{title}</strong>
        <span className={isStopped ? "tag late" : "tag"}>{STATES[state]}</span>
        <span className="text-muted text-small">
          {dayAndTime(new Date(doneAt).toISOString(), secondsNow() * 1_000)}
        </span>
      </span>
      {/* That it waits for the connection stands above. */}
      {why && why.code !== "offline" && (
        <span className={isStopped ? "text-small" : "text-muted text-small"}>{why.sentence}</span>
      )}
      {words && <blockquote>“{words}”</blockquote>}
      <span className="flex gap-2">
        {isStopped && why?.code !== "damaged" && (
          <Button type="button" className="button plain small" onClick={() => void sendAgain(id).catch(notifyError)}>
            {why?.code === "too_old" ? "Send it" : "Send again"}
          </Button>
        )}
        <Button
          type="button"
          className="button plain small"
          onClick={throwAway}
          aria-label={`${isAsking ? "Throw away" : "Discard"}: ${title}`}
        >
          {isAsking ? "Throw the words away" : "Discard"}
        </Button>
      </span>
    </li>
  );
}
