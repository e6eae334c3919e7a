// Amounts come as text ("1350.00") and stay text: no sum of a bill ever passes through a float.

/** "-1350.00" as the language writes it: "-1 350,00" in Russian, "-1,350.00" in English. */
export function amountText(amount: string, locale: string): string {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (!found) return amount;
  const [, sign, whole, part] = found;
  const russian = locale.startsWith('ru');
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, russian ? '\u00a0' : ',');
  return (sign ? '\u2212' : '') + grouped + (part ? (russian ? ',' : '.') + part : '');
}

export function moneyText(amount: string, currency: string, locale: string): string {
  return `${amountText(amount, locale)}\u00a0${currency}`;
}

/** Adds two amounts of one currency; the longer fraction decides how many digits follow the point. */
export function addAmounts(one: string, two: string): string {
  const digits = Math.max(fraction(one), fraction(two));
  const sum = minor(one, digits) + minor(two, digits);
  const text = (sum < 0n ? -sum : sum).toString().padStart(digits + 1, '0');
  const sign = sum < 0n ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

export interface Sum {
  currency: string;
  amount: string;
}

/** One sum a currency, in the order of the alphabet. Rows without a currency are passed over. */
export function sums<Row>(rows: Row[], of: (row: Row) => {currency?: string | null; amount?: string | null}): Sum[] {
  const found = new Map<string, string>();
  for (const row of rows) {
    const {currency, amount} = of(row);
    if (!currency || amount === undefined || amount === null) continue;
    found.set(currency, addAmounts(found.get(currency) ?? '0', amount));
  }
  return [...found].map(([currency, amount]) => ({currency, amount})).sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

/** Is `one` less than, equal to or more than `two`: for sorting rows by money. */
export function compareAmounts(one: string, two: string): number {
  const digits = Math.max(fraction(one), fraction(two));
  const difference = minor(one, digits) - minor(two, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function fraction(amount: string): number {
  const point = amount.indexOf('.');
  return point < 0 ? 0 : amount.length - point - 1;
}

function minor(amount: string, digits: number): bigint {
  const [whole, part = ''] = amount.split('.');
  return BigInt(whole! + part.padEnd(digits, '0'));
}
