"use client";
import { type ComponentProps, useEffect, useRef, useState } from "react";
import { Field } from "./form.tsx";

/** A field for a password, which can be shown while it is typed; it is hidden again when the form is sent. */
export function Password(field: ComponentProps<typeof Field>) {
  const [isShown, setShown] = useState(false);
  const part = useRef<HTMLDivElement>(null);
  // A browser offers to the next person what was sent out of a field of plain text.
  useEffect(() => {
    const form = part.current?.closest("form");
    const hide = () => setShown(false);
    form?.addEventListener("submit", hide);
    return () => form?.removeEventListener("submit", hide);
  }, []);
  return (
    <div ref={part} className="password">
      <Field {...field} type={isShown ? "text" : "password"} spellCheck={false} autoCapitalize="none" required />
      <button type="button" className="plain-button" onClick={() => setShown(!isShown)}>
        {isShown ? "Hide password" : "Show password"}
      </button>
    </div>
  );
}
