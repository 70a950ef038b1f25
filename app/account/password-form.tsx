"use client";
import { useChangePassword } from "#client/access";
import { Button, Done, Failure, Form, FormButtons } from "../_ui/form.tsx";
import { Password } from "../_ui/password.tsx";
import { NewPassword } from "../_ui/new-password.tsx";

/** Changes the password of the signed-in person. */
export function PasswordForm() {
  const { mutate, isPending, error, data } = useChangePassword();
  return (
    <Form
      // Cleared after a success.
      key={data ? "done" : "open"}
      className="panel grid gap-4"
      onSend={(fields) =>
        mutate({
          currentPassword: String(fields.get("currentPassword")),
          newPassword: String(fields.get("newPassword")),
        })
      }
    >
      <Password label="Current password" name="currentPassword" autoComplete="current-password" />
      <NewPassword />
      <Failure error={error} />
      <Done>{data?.message}</Done>
      <FormButtons>
        <Button isBusy={isPending}>Change the password</Button>
      </FormButtons>
    </Form>
  );
}
