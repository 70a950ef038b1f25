/** Invented people of the simulated day. Phone numbers and addresses are ones that belong to nobody. */

/** Colleagues who take calls beside the person at the screen. */
export const demoColleagues = [
  { firstName: "Noor", lastName: "Haddad", email: "noor.haddad@example.com", team: "Signatures" },
  { firstName: "Tomás", lastName: "Silva", email: "tomas.silva@example.com", team: "Documents" },
  { firstName: "Aiko", lastName: "Mori", email: "aiko.mori@example.com", team: "Signatures" },
  { firstName: "Femi", lastName: "Adeyemi", email: "femi.adeyemi@example.com", team: "Documents" },
] as const;

const NAMES = [
  "Marta Kowalska",
  "Dean Okafor",
  "Priya Nair",
  "Luca Bianchi",
  "Sarah Whitfield",
  "Hugo Martin",
  "Ines Duarte",
  "Oskar Lund",
  "Fatima Rahal",
  "Jan Novak",
  "Leila Karimi",
  "Piotr Zielinski",
  "Rosa Jimenez",
  "Samuel Boateng",
  "Tuva Berg",
  "Yusuf Demir",
  "Zofia Wrona",
  "Anton Huber",
  "Carla Mendes",
  "Deepa Iyer",
  "Emil Hansen",
  "Grace Mwangi",
  "Hana Sato",
  "Ivan Petrov",
] as const;
/** The places of the customers, with the numbers that each country reserves for fiction. At every hour somebody is awake. */
const PLACES = [
  { timeZone: "Europe/London", number: (n: number) => `+4420794601${two(n)}` },
  { timeZone: "Australia/Melbourne", number: (n: number) => `+613555001${two(n)}` },
  { timeZone: "America/New_York", number: (n: number) => `+121255501${two(n)}` },
  { timeZone: "Europe/Paris", number: (n: number) => `+331990001${two(n)}` },
  { timeZone: "Australia/Melbourne", number: (n: number) => `+613555002${two(n)}` },
  { timeZone: "America/Los_Angeles", number: (n: number) => `+131055501${two(n)}` },
] as const;

const two = (n: number) => String(n).padStart(2, "0");

/** The customers who ask to be called. Their ids are high, so that those of a first import of your own are free. */
export const demoCustomers = NAMES.map((name, n) => {
  const [firstName = "", lastName = ""] = name.split(" ");
  const { timeZone, number } = PLACES[n % PLACES.length]!;
  return { id: 901_001 + n, firstName, lastName, phone: number(n), timeZone, claims: [] };
});

/** Their reasons. */
export const demoWishes = [
  "Call me after lunch, I will have the bank letter by then.",
  "Wants the fee explained once more.",
  "Has the form at home and wants to go through it together.",
  "Was on the train; asked for a quiet moment.",
  "Needs to ask their sister first.",
  "Will have signed by then and wants to be sure it arrived.",
] as const;
