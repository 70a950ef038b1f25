"use client";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { Button } from "./form.tsx";

type Notice = { id: number; text: string; kind: "late" | "kept"; undo: (() => void) | undefined };

let notices: readonly Notice[] = [];
let made = 0;
const listeners = new Set<() => void>();

function change(next: readonly Notice[]): void {
  notices = next;
  for (const tell of listeners) tell();
}

/** How long a sentence stays, and with it the offer to take back what it says. */
const SHOWN_MS = 8_000;

/** Says a sentence at the foot of the page, for as long as it takes to read it. `undo` takes back what it says. */
export function say(text: string, kind: Notice["kind"] = "kept", undo?: () => void): void {
  made += 1;
  // The same sentence again is read once.
  const others = notices.filter((one) => one.undo !== undefined || one.text !== text);
  change([...others.slice(-3), { id: made, text, kind, undo }]);
}

/** Says why something was refused. */
export const notifyError = (error: Error) => say(error.message, "late");

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

const none: readonly Notice[] = [];

/** Where sentences appear; read out by a screen reader. */
export function Notices() {
  const shown = useSyncExternalStore(
    listen,
    () => notices,
    () => none,
  );
  return (
    <div role="status" className="fixed inset-x-0 bottom-4 z-10 mx-auto grid w-fit max-w-form gap-2 px-4">
      {shown.map((notice) => (
        <Sentence key={notice.id} {...notice} />
      ))}
    </div>
  );
}

function Sentence({ id, text, kind, undo }: Notice) {
  const leave = useCallback(() => change(notices.filter((one) => one.id !== id)), [id]);
  useEffect(() => {
    const timer = setTimeout(leave, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [leave]);
  const takeBack = () => {
    leave();
    undo?.();
  };
  return (
    <div className={`notice floating flex items-center gap-3 ${kind}`}>
      <p>{text}</p>
      {undo && (
        <Button onClick={takeBack} data-shortcut="u" aria-keyshortcuts="u">
          Undo
        </Button>
      )}
    </div>
  );
}
