"use client";
import { useState } from "react";
import { useDemoDay } from "#client/demo";
import { keep, kept } from "./kept.ts";

export type Hint = { step: string; text: string };

/** The next step to try during a demo day, until it was done once or dismissed. */
export function DemoHint({ name, hint }: { name: string; hint: Hint | null }) {
  const { data } = useDemoDay();
  const keptAs = `demo-hints-${name}-${data?.endsAt}`;
  const [gone, setGone] = useState<string | null>(null);
  if (!hint || !data?.endsAt || gone === keptAs || kept(keptAs) !== null) return null;
  const close = () => {
    keep(keptAs, "gone");
    setGone(keptAs);
  };
  return (
    <p className="demo-hint" role="status">
      <strong>{hint.step}</strong> <span>{hint.text}</span>
      <button type="button" className="plain-button" onClick={close} aria-label="No more hints today">
        ×
      </button>
    </p>
  );
}
