/** How each figure that is always on the wall is counted, in the order of the wall. */
export const MEANINGS = {
  Late: "Promises that are open though their time passed more than five minutes ago, and that nobody is calling about.",
  Due: "Open promises whose time has come, within five minutes of it: still in time.",
  "Kept on time":
    "Of today's promises that are decided, those whose call or acceptance began within five minutes of the promised time. What is still in time counts for neither.",
  "No agent": "Callbacks in the queue that are nobody's yet; they go to the first agent who is free.",
  System: "Whether the queue is checked each minute and every check adds up.",
} as const;

/** How the figure is counted that stands on the wall only on days with such calls. */
export const CONVERSION = "Of the calls of today in which a callback was agreed on, those whose callback exists.";

const ROWS = {
  ...MEANINGS,
  "Beside an agent":
    "Calls in the queue of this agent now; the bar is full at the limit of one agent. The name leads to all open callbacks with the agent.",
  Conversion: `${CONVERSION} Shown when there are any.`,
  Queues:
    "Customers who wait for a call, how many of them were promised one, and since when the first has waited: for a promise, since its time.",
};

/** The definitions as text, for readers who cannot hover. */
export function Meanings() {
  return (
    <section className="panel wall-meanings" aria-labelledby="meanings">
      <h2 id="meanings">What the figures mean</h2>
      <dl>
        {Object.entries(ROWS).map(([name, meaning]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
