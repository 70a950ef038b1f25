import { DemoHints } from "./demo-hints.tsx";
import { requireScreen } from "../_ui/guard.ts";
import { Desk } from "./desk.tsx";

export const metadata = { title: "Desk" };

export default async function DeskPage() {
  const { agentId, name } = await requireScreen("/desk");
  return (
    <Desk agentId={agentId!} name={name}>
      <DemoHints agentId={agentId!} />
    </Desk>
  );
}
