type Props = {
  difference: number | null;
  interval: readonly [number, number] | null;
  /** Null: nothing is said. */
  isTied: boolean | null;
  /** The range of the drawing to both sides. */
  reach: number;
};

/** A difference with its interval, drawn around a line that means "no difference". The words beside it say the same. */
export function Interval({ difference, interval, isTied, reach }: Props) {
  const x = (value: number) => 100 + (Math.max(-reach, Math.min(reach, value)) / reach) * 94;
  const colour = isTied === false ? "run-differs" : "run-tied";
  return (
    <svg viewBox="0 0 200 24" className={`run-interval ${colour}`} aria-hidden="true">
      <line x1="100" x2="100" y1="0" y2="24" className="run-zero" />
      {interval && <line x1={x(interval[0])} x2={x(interval[1])} y1="12" y2="12" className="run-span" />}
      {difference !== null && <circle cx={x(difference)} cy="12" r="5" />}
    </svg>
  );
}

/** The common range of drawings beside each other, so that they can be compared. */
export function reachOf(all: readonly Pick<Props, "difference" | "interval">[]): number {
  const ends = all.flatMap(({ difference, interval }) => [difference ?? 0, ...(interval ?? [])]);
  return Math.max(0.05, ...ends.map(Math.abs));
}
