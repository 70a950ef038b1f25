"use client";
import { useState } from "react";
import { Button } from "./form.tsx";
import { say } from "./notices.tsx";

/** Copies a text; `what` names it for screen readers. */
export function Copy({ text, what }: { text: string; what: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      say("This browser does not let the page copy; mark the text and copy it yourself.", "late");
    }
  };
  return (
    <Button type="button" className="button plain small" onClick={() => void copy()} aria-label={`Copy ${what}`}>
      {isCopied ? "Copied" : "Copy"}
    </Button>
  );
}
