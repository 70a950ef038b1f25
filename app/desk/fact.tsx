/** One figure with its unit below it; stands in a `dl`. */
export function Fact({ value, of }: { value: string; of: string }) {
  return (
    <div>
      <dd>{value}</dd>
      <dt>{of}</dt>
    </div>
  );
}
