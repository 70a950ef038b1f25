/** Behind a button that opens something, or by a sorted column; drawn, because not every font has such a letter. */
export function Arrow({ isUp = false }: { isUp?: boolean }) {
  return (
    <svg className="arrow" viewBox="0 0 10 6" aria-hidden="true">
      <path d={isUp ? "M1 5 5 1l4 4" : "m1 1 4 4 4-4"} />
    </svg>
  );
}
