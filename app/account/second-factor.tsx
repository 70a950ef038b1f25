"use client";
import { useRouter } from "next/navigation";
import { useConfirmSecondFactor, useDisableSecondFactor, useMakeSecondFactor } from "#client/access";
import { Copy } from "../_ui/copy.tsx";
import { Button, Done, Failure, Field, Form, FormButtons } from "../_ui/form.tsx";
import { Password } from "../_ui/password.tsx";
import { QrCode } from "./qr-code.tsx";

/** Turns the second factor of the signed-in person on or off. */
export function SecondFactor({ isOn }: { isOn: boolean }) {
  return <div className="panel grid gap-4">{isOn ? <TurnOff /> : <TurnOn />}</div>;
}

function TurnOn() {
  const made = useMakeSecondFactor();
  const confirmed = useConfirmSecondFactor();
  const router = useRouter();
  if (!made.data) {
    return (
      <>
        <p>Off. With it, signing in also asks for a code from an authenticator on your phone.</p>
        <PasswordAsked
          send="Turn it on"
          isBusy={made.isPending}
          error={made.error}
          onSend={(password) => made.mutate(password)}
        />
      </>
    );
  }
  const { uri, backupCodes } = made.data;
  return (
    <>
      <p>Scan this with your authenticator, or type the key into it.</p>
      <QrCode text={uri} />
      <output className="secret">{inFours(new URL(uri).searchParams.get("secret") ?? "")}</output>
      <p>Keep these backup codes in a safe place. Each signs you in once without the authenticator.</p>
      <output className="secret backup-codes">
        {backupCodes.map((code) => (
          <span key={code}>{code} </span>
        ))}
      </output>
      <div>
        <Copy text={backupCodes.join("\n")} what="the backup codes" />
      </div>
      <Form
        onSend={(fields) => confirmed.mutate(String(fields.get("code")).trim(), { onSuccess: () => router.refresh() })}
      >
        <Field label="Code it shows now" name="code" inputMode="numeric" autoComplete="one-time-code" required />
        <Failure error={confirmed.error} />
        <FormButtons>
          <Button kind="main" isBusy={confirmed.isPending}>
            Confirm
          </Button>
        </FormButtons>
      </Form>
    </>
  );
}

/** A key as people type it; authenticators take it with and without the spaces. */
const inFours = (key: string) => key.replaceAll(/.{4}(?=.)/g, "$& ");

function TurnOff() {
  const { mutate, isPending, error } = useDisableSecondFactor();
  const router = useRouter();
  return (
    <>
      <Done>On. Every sign-in asks for a code.</Done>
      <PasswordAsked
        send="Turn it off"
        isBusy={isPending}
        error={error}
        onSend={(password) => mutate(password, { onSuccess: () => router.refresh() })}
      />
    </>
  );
}

type Asked = { send: string; isBusy: boolean; error: Error | null; onSend: (password: string) => void };

function PasswordAsked({ send, isBusy, error, onSend }: Asked) {
  return (
    <Form onSend={(fields) => onSend(String(fields.get("password")))}>
      <Password label="Your password" name="password" autoComplete="current-password" />
      <Failure error={error} />
      <FormButtons>
        <Button isBusy={isBusy}>{send}</Button>
      </FormButtons>
    </Form>
  );
}
