import { Button } from "./form.tsx";

/** The number of rows that wait while a list is held (`useSteady`), as a button that shows them. */
export function Fresh({ fresh, refresh }: { fresh: number; refresh: () => void }) {
  if (fresh === 0) return null;
  return (
    <Button onClick={refresh} className="button plain mb-2">
      {fresh} new
    </Button>
  );
}
