"use client";
import { type ReactNode, type SyntheticEvent, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Button, Failure, Form, FormButtons } from "./form.tsx";

type Props = {
  title: string;
  /** The label of the button that confirms. */
  confirmLabel: string;
  /** The label of the button that changes nothing. */
  cancelLabel?: string;
  kind?: "main" | "danger";
  /** A request is under way. */
  isBusy: boolean;
  /** The missing field, as a sentence; shown when the person tries to confirm. */
  missing?: string | null;
  error: Error | null;
  onSend: (fields: FormData) => void;
  onClose: () => void;
  children: ReactNode;
};

/** Focuses the opener; one in a menu, which closed when the dialog opened, is represented by the button of its menu. */
function giveBack(opener: HTMLElement): void {
  opener.focus();
  const menu = opener.closest("[popover]");
  if (menu && document.activeElement !== opener)
    document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]`)?.focus();
}

/** A dialog in front of the page. Escape closes it; the focus returns to where it was. */
export function Dialog({
  title,
  confirmLabel,
  cancelLabel = "Leave it as it is",
  kind = "main",
  isBusy,
  missing = null,
  error,
  onSend,
  onClose,
  children,
}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [isTried, setTried] = useState(false);
  const send = (fields: FormData) => {
    setTried(missing !== null);
    if (missing === null) onSend(fields);
  };
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) giveBack(before);
    };
  }, []);
  // Escape is handled at once: the browser reports the close a moment later, when the next key may have opened the dialog again.
  const leave = (event: SyntheticEvent) => {
    event.preventDefault();
    onClose();
  };
  // Rendered outside of its opener, which may be a menu that closes.
  return createPortal(
    <dialog ref={dialog} onCancel={leave} onClose={onClose} aria-labelledby={heading}>
      <Form onSend={send}>
        <h2 id={heading} className="big">
          {title}
        </h2>
        {children}
        <div role="alert" className="empty:hidden">
          {isTried && missing && <p className="notice soon">{missing}</p>}
        </div>
        <Failure error={error} />
        <FormButtons>
          <Button kind={kind} isBusy={isBusy}>
            {confirmLabel}
          </Button>
          <Button type="button" onClick={onClose}>
            {cancelLabel}
          </Button>
        </FormButtons>
      </Form>
    </dialog>,
    document.body,
  );
}
