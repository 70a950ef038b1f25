/** The notice for an action that could not be sent at once. */
export const KEPT = "Ringback cannot be reached. It is kept in this browser and goes out by itself.";
