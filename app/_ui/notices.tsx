"use client";
import { type RefObject, useCallback, useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { serverNow } from "#lib/browser/clock";
import { Button } from "./form.tsx";
import { Key } from "./key.tsx";
import { lastOffered, type Notice, type Offer, withNotice, withoutOffer } from "./notice-list.ts";
import { inTimesOfReader } from "./time.ts";

let notices: readonly Notice[] = [];
let made = 0;
const listeners = new Set<() => void>();

function change(next: readonly Notice[]): void {
  notices = next;
  for (const tell of listeners) tell();
}

/** For how long a notice stays, and with it its offer to undo; one that has the pointer or the focus stays longer. */
const SHOWN_MS = 8_000;

/** Shows a notice for as long as it takes to read it, with an offer to undo its action. */
export function say(text: string, kind: Notice["kind"] = "kept", offer: Offer | null = null): void {
  made += 1;
  change(withNotice(notices, { id: made, text, kind, offer }));
}

/** Ends the offers about this subject, because something happened to it that cannot be undone. */
export function endOffer(about: string): void {
  change(withoutOffer(notices, about));
}

/** The name of a callback in an offer. */
export const aboutCallback = (id: number) => `callback ${id}`;

/** Shows the reason of a refusal. */
export const notifyError = (error: Error) => say(error.message, "late");

function listen(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

const none: readonly Notice[] = [];

/** The place of notices, beside the main part of the page; a screen reader reads them out. */
export function Notices() {
  const shown = useSyncExternalStore(
    listen,
    () => notices,
    () => none,
  );
  const place = useRef<HTMLDivElement>(null);
  useRoomFor(place);
  const last = lastOffered(shown);
  return (
    <div ref={place} role="status" className="notices">
      {shown.map((notice) => (
        <Sentence key={notice.id} notice={notice} hasKey={notice === last} />
      ))}
    </div>
  );
}

/** Where there is no room beside the page, reserves the height of the notices at its foot; the style sheet reads it. */
function useRoomFor(place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const part = place.current;
    if (!part) return;
    const { style } = document.documentElement;
    const seen = new ResizeObserver(() => style.setProperty("--notices", `${part.offsetHeight}px`));
    seen.observe(part);
    return () => seen.disconnect();
  }, [place]);
}

function Sentence({ notice: { id, text, kind, offer }, hasKey }: { notice: Notice; hasKey: boolean }) {
  const said = useId();
  const leave = useCallback(() => change(notices.filter((one) => one.id !== id)), [id]);
  const [isHeld, hold] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(leave, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [leave, isHeld]);
  const takeBack = () => {
    leave();
    offer?.takeBack();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing is done here; somebody who reads it or reaches for its button keeps it.
    <div
      className={`notice floating flex items-center gap-3 ${kind}`}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      <p id={said} title={text}>
        {inTimesOfReader(text, serverNow())}
      </p>
      {offer && (
        <Button
          className="button plain small"
          aria-describedby={said}
          onClick={takeBack}
          data-shortcut={hasKey ? "u" : undefined}
          aria-keyshortcuts={hasKey ? "u" : undefined}
        >
          Undo{hasKey && <Key>U</Key>}
        </Button>
      )}
    </div>
  );
}
