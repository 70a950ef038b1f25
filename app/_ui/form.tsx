import type { ComponentProps, FormEvent, MouseEvent, ReactNode } from "react";

/** A form that a script sends; its fields are read by name. */
export function Form({ onSend, children, ...rest }: { onSend: (fields: FormData) => void } & ComponentProps<"form">) {
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSend(new FormData(event.currentTarget));
  };
  return (
    // Without scripts no field may end up in an address.
    <form method="post" onSubmit={send} className="grid gap-4" {...rest}>
      {children}
    </form>
  );
}

/** A field with its name above it and, where one helps, a hint below. */
export function Field({ label, hint, ...input }: { label: string; hint?: string } & ComponentProps<"input">) {
  return (
    <Labelled label={label} hint={hint}>
      <input className="control" {...input} />
    </Labelled>
  );
}

/** The same with choices. */
export function Choice({
  label,
  hint,
  children,
  ...select
}: { label: string; hint?: string | undefined } & ComponentProps<"select">) {
  return (
    <Labelled label={label} hint={hint}>
      <select className="control" {...select}>
        {children}
      </select>
    </Labelled>
  );
}

function Labelled({ label, hint, children }: { label: string; hint: string | undefined; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label className="grid gap-1 text-small font-semibold">
      {label}
      {children}
      {hint && <span className="font-normal text-muted">{hint}</span>}
    </label>
  );
}

/** Sends the surrounding form, or calls `onClick`. While it is busy it says so, ignores presses and keeps the focus. */
export function Button({
  isBusy = false,
  kind = "plain",
  children,
  onClick,
  ...button
}: { isBusy?: boolean; kind?: "plain" | "main" | "danger" | "soon" } & ComponentProps<"button">) {
  // Not `disabled`, which would take the focus away.
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (isBusy) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      className={`button ${kind}`}
      aria-disabled={isBusy || undefined}
      aria-busy={isBusy}
      onClick={press}
      {...button}
    >
      {children}
    </button>
  );
}

/** The end of a form: the button that sends it comes first, and all stand at its left edge. */
export function FormButtons({ children }: { children: ReactNode }) {
  return <div className="form-buttons">{children}</div>;
}

/** The end of a form that filters a list: applies the filter, or clears it and what was typed. */
export function FilterButtons({ onClear, children }: { onClear: () => void; children?: ReactNode }) {
  return (
    <FormButtons>
      <Button kind="main">Show</Button>
      <Button
        type="button"
        onClick={({ currentTarget }) => {
          currentTarget.form?.reset();
          onClear();
        }}
      >
        Clear
      </Button>
      {children}
    </FormButtons>
  );
}

/** The error, in the server's words; a screen reader reads it at once. */
export function Failure({ error }: { error: Error | null }) {
  return (
    <div role="alert" className="empty:hidden">
      {error && <p className="notice late">{error.message}</p>}
    </div>
  );
}

/** A confirmation. */
export function Done({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="empty:hidden">
      {children && <p className="notice kept">{children}</p>}
    </div>
  );
}
