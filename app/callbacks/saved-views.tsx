"use client";
import { useState, useSyncExternalStore } from "react";
import { goTo } from "../_ui/address.ts";
import { Button } from "../_ui/form.tsx";
import { keep, kept } from "../_ui/kept.ts";

type View = { name: string; search: string };

const KEPT_AS = "callbacks-views";
/** The number of views that fit beside the list. */
const MAX = 12;

const listeners = new Set<() => void>();

function listen(changed: () => void): () => void {
  listeners.add(changed);
  // Another window of this browser may save a view as well.
  addEventListener("storage", changed);
  return () => {
    listeners.delete(changed);
    removeEventListener("storage", changed);
  };
}

function write(views: readonly View[]): void {
  keep(KEPT_AS, views.length === 0 ? null : JSON.stringify(views));
  for (const changed of listeners) changed();
}

/** The saved views that can be read: any script of this origin may have changed the storage. */
export function viewsOf(text: string | null): View[] {
  try {
    const found: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? found.filter(isView).slice(0, MAX) : [];
  } catch {
    return [];
  }
}

function isView(one: unknown): one is View {
  const { name, search } = (one ?? {}) as Record<string, unknown>;
  return typeof name === "string" && name !== "" && typeof search === "string";
}

/** Filters of the list under a name of the reader's own, stored in this browser. The open story is not part of a view. */
export function SavedViews() {
  const text = useSyncExternalStore(
    listen,
    () => kept(KEPT_AS),
    () => null,
  );
  const views = viewsOf(text);
  const [name, setName] = useState<string | null>(null);
  const save = () => {
    const search = new URLSearchParams(location.search);
    search.delete("id");
    const wanted = name?.trim();
    if (wanted) write([...views.filter((one) => one.name !== wanted), { name: wanted, search: String(search) }]);
    setName(null);
  };
  return (
    <div className="saved-views">
      {views.map(({ name: saved, search }) => (
        <span key={saved} className="saved-view">
          <button type="button" onClick={() => goTo(`/callbacks${search && `?${search}`}`)}>
            {saved}
          </button>
          <button
            type="button"
            aria-label={`Forget the view ${saved}`}
            onClick={() => write(views.filter((one) => one.name !== saved))}
          >
            ×
          </button>
        </span>
      ))}
      {name === null ? (
        <Button className="button plain small" disabled={views.length >= MAX} onClick={() => setName("")}>
          Save this view
        </Button>
      ) : (
        <form
          className="flex gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <input
            className="control"
            aria-label="Name of the view"
            placeholder="Name of the view"
            value={name}
            maxLength={40}
            onChange={({ target }) => setName(target.value)}
            onKeyDown={({ key }) => key === "Escape" && setName(null)}
            // biome-ignore lint/a11y/noAutofocus: the press that opened it asks for the name.
            autoFocus
          />
          <Button className="button plain small">Save</Button>
        </form>
      )}
    </div>
  );
}
