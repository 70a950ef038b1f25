"use client";
import { useEffect, useSyncExternalStore } from "react";

type Notice = { id: number; text: string; kind: "late" | "kept" };

let notices: readonly Notice[] = [];
let made = 0;
const listeners = new Set<() => void>();

function change(next: readonly Notice[]): void {
  notices = next;
  for (const tell of listeners) tell();
}

/** Says a sentence at the foot of the page, for as long as it takes to read it. */
export function say(text: string, kind: Notice["kind"] = "kept"): void {
  made += 1;
  change([...notices.slice(-3), { id: made, text, kind }]);
}

/** Says why something was refused. */
export const sayFailure = (error: Error) => say(error.message, "late");

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

function Sentence({ id, text, kind }: Notice) {
  useEffect(() => {
    const timer = setTimeout(() => change(notices.filter((one) => one.id !== id)), 8_000);
    return () => clearTimeout(timer);
  }, [id]);
  return <p className={`notice floating ${kind}`}>{text}</p>;
}
