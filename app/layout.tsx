import type { ReactNode } from "react";
import "./ringback.css";

export const metadata = {
  title: { default: "Ringback", template: "%s · Ringback" },
  description: "Every promised call back happens: on time, once, and anyone can see why.",
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
