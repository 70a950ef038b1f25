import { DeskHints } from "../_ui/demo-hints.tsx";
import { requireScreen } from "../_ui/guard.ts";
import { Desk } from "./desk.tsx";

export const metadata = { title: "Desk" };

export default async function DeskPage() {
  const { agentId, name } = await requireScreen("/desk");
  return (
    <>
      <DeskHints agentId={agentId!} />
      <Desk agentId={agentId!} name={name} />
    </>
  );
}
