// A contract as the program keeps it is JSON; the few fields that everybody changes are edited beside
// it. The text is the truth: a field writes into it and leaves the rest as it was.

export interface Contract {
  client?: string;
  valid_from?: string;
  currency?: string;
  rates?: {amount?: string; project?: string; work_type?: string; person?: string}[];
  [more: string]: unknown;
}

export function parseTerms(text: string): Contract | null {
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? (value as Contract) : null;
  } catch {
    return null;
  }
}

export function termsText(contract: Contract): string {
  return JSON.stringify(contract, null, 2) + '\n';
}

/** The rate without conditions: what an hour costs when no other rule says so. */
export function mainRate(contract: Contract): string {
  return contract.rates?.find(isMain)?.amount ?? '';
}

export function withMainRate(contract: Contract, amount: string): Contract {
  const rates = contract.rates ?? [];
  const known = rates.some(isMain);
  return {...contract, rates: known ? rates.map(rate => (isMain(rate) ? {...rate, amount} : rate)) : [...rates, {amount}]};
}

/** Somebody else's terms as the first ones of this client. */
export function copied(contract: Contract, client: string, valid_from: string): Contract {
  const {version: _version, ...rest} = contract as Contract & {version?: number};
  return {...rest, client, valid_from};
}

export function firstTerms(client: string, valid_from: string): Contract {
  return {client, valid_from, currency: 'BYN', rates: [{amount: '0.00'}]};
}

function isMain(rate: {project?: string; work_type?: string; person?: string}): boolean {
  return !rate.project && !rate.work_type && !rate.person;
}
