import { connection } from "next/server";
import type { ReactNode } from "react";
import { DemoEnd } from "./_ui/demo-end.tsx";
import { Header } from "./_ui/header.tsx";
import { meIfKnown, queueNamesIfKnown } from "./_ui/guard.ts";
import { KeepsFocus } from "./_ui/keeps-focus.tsx";
import { Notices } from "./_ui/notices.tsx";
import { NamesOfQueues } from "./_ui/queue-name.tsx";
import { Queries } from "./_ui/queries.tsx";
import "./ringback.css";

export const metadata = {
  title: { default: "Ringback", template: "%s · Ringback" },
  description: "Every promised call back happens: on time, once, and anyone can see why.",
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is rendered at its request, because its scripts carry a nonce.
  await connection();
  const person = await meIfKnown();
  return (
    <html lang="en">
      <body>
        <Queries key={person?.accountId} accountId={person?.accountId ?? null} isNobody={person === null}>
          <Header me={person ?? null} />
          {person && <DemoEnd />}
          <NamesOfQueues names={await queueNamesIfKnown()}>{children}</NamesOfQueues>
          <KeepsFocus />
          <Notices />
        </Queries>
      </body>
    </html>
  );
}
