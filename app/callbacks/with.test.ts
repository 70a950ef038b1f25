import { expect, test } from "vitest";
import { withWords } from "./with.tsx";

test("a callback that nobody has yet is not said to be with the agent it was asked for", () => {
  expect(withWords({ agentName: "Noor", isHeld: true })).toBe("Noor");
  expect(withWords({ agentName: "Noor", isHeld: false })).toBe("asked for Noor");
  expect(withWords({ agentName: null, isHeld: false })).toBe("nobody yet");
});
