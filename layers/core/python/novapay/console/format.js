// How money, times and names are shown. Money is always text, never a float.

const DECIMALS_MIN = 2;

const plain = new Intl.NumberFormat();
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const hourOnly = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const zoneOffset = new Intl.DateTimeFormat("en", { timeZoneName: "shortOffset" });

export const count = (number) => plain.format(number);
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;
export const day = (instant) => date.format(new Date(instant));
export const timeOfDay = (instant) => time.format(new Date(instant));
export const when = (instant) => `${day(instant)}, ${timeOfDay(instant)}`;
export const isToday = (instant) => new Date(instant).toDateString() === new Date().toDateString();
export const hour = (instant) => hourOnly.format(new Date(instant));
export const zone = () =>
  zoneOffset.formatToParts().find(({ type }) => type === "timeZoneName").value.replace("GMT", "UTC");
export const utc = (instant) => new Date(instant).toISOString().replace("T", " ").replace("Z", " UTC");

const decimalsOf = (amount) =>
  Math.max(DECIMALS_MIN, (amount.split(".")[1] ?? "").replace(/0+$/, "").length);

// The number of decimals that all of the amounts need, so that the points of a column line up.
export const decimalsFor = (amounts) => Math.max(DECIMALS_MIN, ...amounts.map(decimalsOf));

export function money(amount, decimals = decimalsOf(amount)) {
  const [, sign, whole, fraction = ""] = amount.match(/^(-?)(\d+)(?:\.(\d+))?$/) ?? ["", "", amount];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign ? "\u2212" : ""}${grouped}.${fraction.slice(0, decimals).padEnd(decimals, "0")}`;
}

const UNIT = 10n ** 8n;

// Subtracts two amounts, both with the 8 decimals that the API prints.
export function minus(amount, less) {
  const [units, taken] = [amount, less].map((text) => BigInt(text.replace(".", "")));
  const left = units - taken;
  return `${left / UNIT}.${String(left % UNIT).padStart(8, "0")}`;
}

// Formats the amounts in a sentence of the API as they are shown elsewhere.
export const withAmounts = (text) => text.replace(/\b\d+\.\d{8}\b/g, (amount) => money(amount));

export const isZero = (amount) => /^-?0*(\.0*)?$/.test(amount);
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
export const isUuid = (text) => uuidIn(text) === text.toLowerCase();
// The first id in a pasted text.
export const uuidIn = (text) => text.match(UUID)?.[0].toLowerCase();
export const short = (id) => `${id.slice(0, 8)}\u2026${id.slice(-4)}`;

// Turns "fx_house" and "insufficient-funds" into words.
export function words(slug) {
  const text = slug.replace(/[-_]/g, " ").toLowerCase().replace(/\bfx\b/g, "FX");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const REASONS = {
  "missing-wallet": "The wallet is missing, but its entries exist.",
  "malformed-wallet": "The wallet itself is not as NovaPay wrote it.",
  "malformed-entry": "It cannot be read, so NovaPay did not write it like this.",
  "broken-link": "It does not continue the one before it.",
  "wrong-hash": "Its fields are not those that were hashed.",
  "wrong-amount": "Its amount is not above zero.",
  "wrong-owner": "It was posted to another owner's wallet.",
  "wrong-balance": "Its balance does not follow from the one before it.",
  "below-zero": "It takes more than the balance.",
  "wrong-time": "Its time is earlier than that of the one before it, or in the future.",
  "wrong-description": "Its description does not match its commitment.",
  "unknown-version": "Its format is unknown.",
  "beyond-head": "It is beyond the end of the chain.",
  "head-mismatch": "The chain does not end where its head says.",
  "balance-mismatch": "The balance differs from the one after the last entry.",
  "time-mismatch": "The wallet's date differs from that of the last entry.",
};

// Where a chain breaks, in words; a gap is named by the first missing number.
export function breakOf({ valid, reason, sequence, entriesChecked }, one, many) {
  if (valid !== false) return null;
  const before = entriesChecked > 0 ? `The ${plural(entriesChecked, one, many)} before it ${entriesChecked === 1 ? "is" : "are"} intact.` : "";
  if (reason === "missing-entry") {
    const at = entriesChecked + 1;
    return { at, title: `${words(one)} ${count(at)} is missing`, detail: before };
  }
  const title = sequence === null ? "The chain is not whole" : `The chain breaks at ${one} ${count(sequence)}`;
  return { at: sequence, title, detail: `${REASONS[reason] ?? reason} ${before}` };
}
