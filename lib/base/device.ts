/** The platforms of browsers, in the words that people read. */
export const DEVICES = [
  "Windows computer",
  "Mac",
  "Linux computer",
  "Chromebook",
  "iPhone",
  "iPad",
  "Android device",
  "computer",
] as const;
type Device = (typeof DEVICES)[number];

const PLATFORMS: [RegExp, Device][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android device"],
  [/CrOS/, "Chromebook"],
  [/Windows/, "Windows computer"],
  [/Macintosh/, "Mac"],
  [/Linux/, "Linux computer"],
];

/** Most browsers also name those that they descend from, so the order matters. */
const BROWSERS: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\/|Chromium\//, "Chrome"],
  [/Version\/.*Safari\//, "Safari"],
];

/** The platform of a browser, as far as its user agent says. */
export function deviceOf(userAgent: string): Device {
  return PLATFORMS.find(([sign]) => sign.test(userAgent))?.[1] ?? "computer";
}

/** The name of a browser, or null when its user agent does not say. */
export function browserOf(userAgent: string): string | null {
  return BROWSERS.find(([sign]) => sign.test(userAgent))?.[1] ?? null;
}
