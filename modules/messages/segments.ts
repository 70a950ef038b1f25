/** Counts the parts of a text on its way to a telephone (3GPP TS 23.038 and 23.040). Also runs in a browser. */

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Each of these takes two septets: an escape, and the character. */
const EXTENSION = new Set("\f^{}\\[~]|€");

/** Septets or UTF-16 units in a message of one part, and in each part of a longer one, where a header takes room. */
const ROOM = { "GSM-7": { alone: 160, part: 153 }, "UCS-2": { alone: 70, part: 67 } } as const;

export type Encoding = keyof typeof ROOM;

export type Segments = Readonly<{
  encoding: Encoding;
  /** The number of parts that are sent and charged. 0 for an empty text. */
  segments: number;
  /** The length of the text, in septets of GSM-7 or units of UCS-2. */
  units: number;
  /** The free units of the last part. */
  unitsLeft: number;
  /** The characters for which the whole text is sent as UCS-2, each once and in order; empty for GSM-7. */
  forcedBy: readonly string[];
}>;

/** How many parts a text is sent in. A character that takes two units is never split between two parts. */
export function segmentsOf(text: string): Segments {
  const characters = [...text];
  const forcedBy = [...new Set(characters.filter((one) => !BASIC.has(one) && !EXTENSION.has(one)))];
  const encoding: Encoding = forcedBy.length === 0 ? "GSM-7" : "UCS-2";
  const sizes = characters.map((one) => (encoding === "UCS-2" ? one.length : EXTENSION.has(one) ? 2 : 1));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, part } = ROOM[encoding];
  if (units <= alone) return { encoding, segments: units === 0 ? 0 : 1, units, unitsLeft: alone - units, forcedBy };
  let segments = 1;
  let filled = 0;
  for (const size of sizes) {
    if (filled + size > part) {
      segments += 1;
      filled = 0;
    }
    filled += size;
  }
  return { encoding, segments, units, unitsLeft: part - filled, forcedBy };
}
