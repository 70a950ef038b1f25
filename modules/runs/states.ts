/** The states a run is shown in. PAUSED while a pause of its own holds it; the last three are final. */
export const RUN_STATUSES = ["PENDING", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
