const VIEWS = [
  ["list", "List"],
  ["week", "Week"],
] as const;

type View = (typeof VIEWS)[number][0];

/** Chooses between the list and the week. */
export function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <fieldset className="segments">
      <legend className="sr-only">Show as</legend>
      {VIEWS.map(([key, name]) => (
        <button key={key} type="button" aria-pressed={key === view} onClick={() => onChange(key)}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}
