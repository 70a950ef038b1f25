"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { Button } from "./form.tsx";
import { Key } from "./key.tsx";
import { later } from "./later.tsx";
import { isSingleKey } from "./single-keys.ts";

// The form is loaded at its first use only.
const NewCallbackDialog = later(async () => (await import("./new-callback-dialog.tsx")).default);

/** Promises a call from any screen; its key is C. */
export function NewCallback({ agentId }: { agentId: number | null }) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const isAtDesk = usePathname() === "/desk";
  useEffect(() => {
    // The desk handles its keys itself.
    if (isAtDesk) return;
    const press = (event: KeyboardEvent) => {
      if (!isSingleKey(event) || event.key.toLowerCase() !== "c") return;
      event.preventDefault();
      button.current?.click();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isAtDesk]);
  return (
    <>
      <Button
        ref={button}
        className="button plain new-callback"
        data-shortcut="c"
        aria-keyshortcuts="c"
        onClick={() => setOpen(true)}
      >
        New callback <Key>C</Key>
      </Button>
      {isOpen && <NewCallbackDialog agentId={agentId} onClose={() => setOpen(false)} />}
    </>
  );
}
