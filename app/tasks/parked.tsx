/** Says what waits for its task; nothing while nothing does. */
export function Parked({ results }: { results: number }) {
  if (results === 0) return null;
  return (
    <p className="notice soon">
      {results === 1
        ? "1 result came before its task was registered. It is parked, and given to the task when that is registered."
        : `${results} results came before their tasks were registered. They are parked, and given to them when those are registered.`}
    </p>
  );
}
