import {expect, test} from 'vitest';
import type {Shape} from '../src/api/client';
import {asked, changesNothing} from '../src/lib/effect';
import {counts, filtered, one, withQuery} from '../src/lib/filters';
import {draftable, isGreen, sendable} from '../src/lib/month';
import {moveFor, movesOf} from '../src/lib/moves';
import {byMoney} from '../src/lib/needs';
import {heaps} from '../src/lib/outbox';
import {worstOf} from '../src/lib/remotes';
import {firstScreen, mayBill, maySee} from '../src/lib/roles';
import {copied, mainRate, parseTerms, withMainRate} from '../src/lib/terms';

test('the address holds filters, and an empty wish takes its key away', () => {
  expect(withQuery({state: 'sent', view: 'board'}, {state: '', client: 'x'})).toEqual({view: 'board', client: 'x'});
  expect(one(['a', 'b'])).toBe('a');
  expect(one(null)).toBe('');
});
test('filters of several columns all hold, unknown ones none', () => {
  const rows = [{s: 'draft', w: 'yes'}, {s: 'draft', w: 'no'}, {s: 'sent', w: 'no'}];
  const columns = {s: (row: (typeof rows)[0]) => row.s, w: (row: (typeof rows)[0]) => row.w};
  expect(filtered(rows, {s: 'draft', w: 'no', other: 'x'}, columns)).toEqual([rows[1]]);
  expect([...counts(rows, columns.s)]).toEqual([['draft', 2], ['sent', 1]]);
});

const row = (more: Partial<Shape['MonthRow']>): Shape['MonthRow'] => ({ref: 'a:company:1', name: 'A', terms: true, state: 'draft', next: 'send', report: 1, etag: '"1"', warnings: [], ...more});
const warning = (blocking: boolean) => ({code: 'x', message: 'x', args: {}, blocking});
test('green is what has nothing to look at', () => {
  expect(isGreen(row({}))).toBe(true);
  expect(isGreen(row({warnings: [warning(false)]}))).toBe(false);
  expect(isGreen(row({late_seconds: 60}))).toBe(false);
  expect(isGreen(row({next: 'decide'}))).toBe(false);
  expect(isGreen(row({etag: undefined}))).toBe(false);
  expect(sendable([row({warnings: [warning(false)]}), row({state: 'sent', next: 'agree'})])).toHaveLength(1);
  expect(draftable([row({next: 'draft', report: null}), row({next: 'terms'})])).toHaveLength(1);
});
test('a move that no command makes is none', () => {
  expect(moveFor('draft', 'sent')).toBe('send');
  expect(moveFor('draft', 'paid')).toBeNull();
  expect(moveFor('paid', 'draft')).toBeNull();
  expect(movesOf('agreed')).toEqual(['invoice', 'cancel']);
  expect(movesOf('paid')).toEqual([]);
});
test('needs with the most money come first, those without by time', () => {
  const need = (ref: string, amount?: string, seconds?: number): Shape['Need'] => ({ref, kind: 'late', text: '', amount, seconds});
  expect(byMoney([need('a', undefined, 60), need('b', '9.00'), need('c', '10.00'), need('d', undefined, 90)]).map(each => each.ref)).toEqual(['c', 'b', 'd', 'a']);
});
test('writes that wait for one reason are one row, and what waits for a person is first', () => {
  const op = (id: number, state: string, last_error: string, due_at?: string): Shape['Op'] => ({id, kind: 'task.mark', state, last_error, due_at});
  const found = heaps([op(1, 'pending', 'x', '2026-12-01T09:00:00Z'), op(2, 'pending', 'x', '2026-12-01T08:00:00Z'), op(3, 'parked', 'y')]);
  expect(found.map(heap => [heap.state, heap.ops.length, heap.due])).toEqual([['parked', 1, ''], ['pending', 2, '2026-12-01T08:00:00Z']]);
});
test('a silent remote is shown before a paused one', () => {
  const remote = (name: string, paused: boolean, since: string | null): Shape['Remote'] => ({name, account: '', connector: '', paused, since, until: null});
  expect(worstOf([remote('a', false, null), remote('b', true, 'x'), remote('c', false, 'x')])).toEqual({name: 'c', state: 'silent'});
  expect(worstOf([])).toBeNull();
});
test('roles open only their screens', () => {
  expect(maySee('month', ['viewer'])).toBe(false);
  expect(maySee('connection', ['admin'])).toBe(true);
  expect(mayBill(['admin', 'office'])).toBe(false);
  expect(firstScreen([])).toBeNull();
});
test('what is grave in a mapping has to be ticked', () => {
  const effect = {remote: 'a', breaks: 2, money: [{asks: true}], corrections: {count: 1}, streams: [{changed: 3}]};
  expect(asked(effect)).toEqual(['broken', 'money', 'corrections']);
  expect(asked({remote: 'a', money: [{asks: false}]})).toEqual([]);
  expect(changesNothing(effect)).toBe(false);
  expect(changesNothing({remote: 'a', streams: [{changed: 0}]})).toBe(true);
});
test('a new main rate leaves special rates as they are', () => {
  const terms = {rates: [{amount: '80.00', work_type: 'design'}, {amount: '60.00'}]};
  expect(mainRate(terms)).toBe('60.00');
  expect(withMainRate(terms, '65.00').rates).toEqual([{amount: '80.00', work_type: 'design'}, {amount: '65.00'}]);
  expect(withMainRate({}, '5.00').rates).toEqual([{amount: '5.00'}]);
  expect(copied({client: 'a', version: 3, currency: 'EUR'}, 'b', '2026-12-01')).toEqual({client: 'b', currency: 'EUR', valid_from: '2026-12-01'});
  expect(parseTerms('[]')).toBeNull();
  expect(parseTerms('{')).toBeNull();
});
