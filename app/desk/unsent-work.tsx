"use client";
import { discard, sendAgain, type Unsent } from "#client/desk";
import { Button } from "../_ui/form.tsx";
import { notifyError } from "../_ui/notices.tsx";

/** What the agent did that the server has not agreed to: what waits, and what was refused after it had waited. */
export function UnsentWork({ unsent }: { unsent: readonly Unsent[] }) {
  const shown = unsent.filter(({ isShown }) => isShown);
  if (shown.length === 0) return null;
  return (
    <section className="panel grid gap-3" aria-label="Not sent yet">
      <h2>Not sent yet · {shown.length}</h2>
      <p className="text-muted text-small">
        It is kept in this browser, also when the window is closed, and goes out by itself when Ringback can be reached.
      </p>
      <ul className="grid gap-3">
        {shown.map((one) => (
          <Item key={one.id} {...one} />
        ))}
      </ul>
    </section>
  );
}

function Item({ id, title, state, why, words }: Unsent) {
  return (
    <li className="grid gap-1">
      <span className="flex flex-wrap items-baseline gap-2">
        <strong>{title}</strong>
        <span className={state === "stopped" ? "tag late" : "tag"}>{state === "stopped" ? "not done" : "waits"}</span>
      </span>
      {why && <span className="text-muted text-small">{why}</span>}
      {words && <blockquote>“{words}”</blockquote>}
      <span className="flex gap-2">
        {state === "stopped" && (
          <Button type="button" onClick={() => void sendAgain(id).catch(notifyError)}>
            Send again
          </Button>
        )}
        <Button type="button" onClick={() => void discard(id).catch(notifyError)} aria-label={`Discard: ${title}`}>
          Discard
        </Button>
      </span>
    </li>
  );
}
