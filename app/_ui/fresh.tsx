import { Button } from "./form.tsx";

/** How many rows wait while a list is held in its place (`useSteady`), as a button that lets them in. */
export function Fresh({ fresh, refresh }: { fresh: number; refresh: () => void }) {
  if (fresh === 0) return null;
  return (
    <Button onClick={refresh} className="button plain mb-2">
      {fresh} new
    </Button>
  );
}
