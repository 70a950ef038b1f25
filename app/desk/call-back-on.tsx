import type { Hero } from "#client/desk";
import { Field } from "../_ui/form.tsx";

type Props = { user: NonNullable<Hero["user"]>; phone: string; onPhone: (phone: string) => void };

/** The number for the next call, when it is not the number of this call. Offers the user's known numbers. */
export function CallBackOn({ user, phone, onPhone }: Props) {
  return (
    <>
      <Field
        label="On another number"
        value={phone}
        onChange={({ target }) => onPhone(target.value)}
        placeholder={user.phone}
        list="numbers-of-the-user"
        autoComplete="off"
        maxLength={40}
      />
      <datalist id="numbers-of-the-user">
        {user.numbers.map((known) => (
          <option key={known.phone} value={known.phone} label={known.label ?? undefined} />
        ))}
      </datalist>
    </>
  );
}
