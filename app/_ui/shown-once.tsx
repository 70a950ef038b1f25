"use client";
import { useState } from "react";
import { Button } from "./form.tsx";

/** A secret that is shown only once, with a button that copies it. */
export function ShownOnce({ label, secret, onClose }: { label: string; secret: string; onClose: () => void }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    setCopied(true);
  };
  return (
    <div role="status" className="notice kept grid gap-2">
      <p>{label} It is shown this once.</p>
      <output className="secret">{secret}</output>
      <div className="flex gap-2">
        <Button onClick={() => void copy()}>{isCopied ? "Copied" : "Copy"}</Button>
        <Button onClick={onClose}>I have it</Button>
      </div>
    </div>
  );
}
