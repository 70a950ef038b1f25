import { Password } from "./password.tsx";

/** The field for a password that is chosen now. */
export function NewPassword() {
  return (
    <Password
      label="New password"
      hint="12 characters or more; a few words are easy to keep."
      name="newPassword"
      autoComplete="new-password"
      minLength={12}
      maxLength={128}
    />
  );
}
