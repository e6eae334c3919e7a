// The address is the state of a screen: filters are read from the query and written to it.

export type Query = Record<string, string | string[] | null | undefined>;

/** One value of a query, whatever shape the router gives it. */
export function one(value: unknown): string {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : '';
}

/** The query with `changes` put in; an empty value takes its key away. */
export function withQuery(query: Query, changes: Record<string, string>): Query {
  const next: Query = {...query};
  for (const [key, value] of Object.entries(changes)) {
    if (value === '') delete next[key];
    else next[key] = value;
  }
  return next;
}

/** How many rows have each value, for the head of a column. Rows without a value count under "". */
export function counts<Row>(rows: Row[], of: (row: Row) => string): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) found.set(of(row), (found.get(of(row)) ?? 0) + 1);
  return found;
}

/** Rows whose every filtered column has the wanted value; an empty wish lets all through. */
export function filtered<Row>(rows: Row[], wanted: Record<string, string>, columns: Record<string, (row: Row) => string>): Row[] {
  const active = Object.entries(wanted).filter(([key, value]) => value !== '' && columns[key]);
  return rows.filter(row => active.every(([key, value]) => columns[key]!(row) === value));
}
