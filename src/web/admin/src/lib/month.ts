import type {Shape} from '../api/client';
import {sums} from './money';

export type Row = Shape['MonthRow'];

/** Clients of whom no draft of this month was made yet, and could be. */
export function draftable(rows: Row[]): Row[] {
  return rows.filter(row => row.next === 'draft');
}

/** Drafts that can be sent, those with a warning too. */
export function sendable(rows: Row[]): Row[] {
  return rows.filter(row => row.next === 'send' && row.report != null && row.etag);
}

/** Nothing to look at before sending. */
export function isGreen(row: Row): boolean {
  return row.next === 'send' && row.report != null && !!row.etag && (row.warnings ?? []).length === 0 && !row.late_seconds;
}

export function blocked(row: Row): boolean {
  return (row.warnings ?? []).some(warning => warning.blocking);
}

export const rowSums = (rows: Row[]) => sums(rows, row => ({currency: row.currency, amount: row.amount}));

// What the heads of columns filter by.
export const columns = {
  terms: (row: Row) => (row.terms ? 'yes' : 'no'),
  warnings: (row: Row) => ((row.warnings ?? []).length > 0 || row.late_seconds ? 'yes' : 'no'),
  state: (row: Row) => row.state,
  next: (row: Row) => row.next,
};
