import {expect, test} from 'vitest';
import {addAmounts, amountText, compareAmounts, moneyText, sums} from '../src/lib/money';

test('an amount is grouped as the language groups it, and keeps every digit', () => {
  expect(amountText('1234567.50', 'ru')).toBe('1\u00a0234\u00a0567,50');
  expect(amountText('1234567.50', 'en')).toBe('1,234,567.50');
  expect(amountText('-0.05', 'en')).toBe('\u22120.05');
  expect(amountText('90071992547409931.01', 'en')).toBe('90,071,992,547,409,931.01');
  expect(amountText('250', 'ru')).toBe('250');
  expect(moneyText('999.00', 'BYN', 'ru')).toBe('999,00\u00a0BYN');
});
test('what is no amount is shown as it came', () => expect(amountText('n/a', 'en')).toBe('n/a'));
test('sums are exact where floats are not', () => {
  expect(addAmounts('0.10', '0.20')).toBe('0.30');
  expect(addAmounts('90071992547409931.01', '0.01')).toBe('90071992547409931.02');
  expect(addAmounts('-0.10', '0.05')).toBe('-0.05');
  expect(addAmounts('1', '2.345')).toBe('3.345');
  expect(addAmounts('-5', '2')).toBe('-3');
});
test('currencies are never added to each other, and rows without money are passed over', () => {
  const rows = [{c: 'EUR', a: '1.00'}, {c: 'BYN', a: '2.50'}, {c: 'EUR', a: '0.99'}, {c: null, a: '5.00'}, {c: 'BYN', a: null}];
  expect(sums(rows, row => ({currency: row.c, amount: row.a}))).toEqual([{currency: 'BYN', amount: '2.50'}, {currency: 'EUR', amount: '1.99'}]);
});
test('amounts are compared as numbers, not as text', () => {
  expect(compareAmounts('9.00', '10.00')).toBe(-1);
  expect(compareAmounts('-1', '-2')).toBe(1);
  expect(compareAmounts('1', '1.00')).toBe(0);
});
