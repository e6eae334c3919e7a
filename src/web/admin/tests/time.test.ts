import {expect, test} from 'vitest';
import {agoText, hoursText, monthBefore, monthText, shiftMonth} from '../src/lib/time';

test('seconds become hours and minutes, never 60 minutes', () => {
  expect(hoursText(45000)).toBe('12:30');
  expect(hoursText(3599)).toBe('1:00');
  expect(hoursText(-1800)).toBe('\u22120:30');
  expect(hoursText(0)).toBe('0:00');
});
test('the month before January is December of the year before', () => {
  expect(monthBefore(new Date('2027-01-31T23:59:00Z'))).toBe('2026-12');
  expect(shiftMonth('2026-12', 1)).toBe('2027-01');
  expect(shiftMonth('2026-01', -1)).toBe('2025-12');
});
test('a month has a capital letter and no mark of a year behind it', () => expect(monthText('2026-11', 'ru')).toBe('Ноябрь 2026'));
test('the past is said in the largest unit that fits', () => {
  const now = new Date('2026-12-01T10:00:00Z');
  expect(agoText('2026-12-01T09:57:00Z', now, 'en')).toBe('3 minutes ago');
  expect(agoText('2026-11-29T10:00:00Z', now, 'en')).toBe('2 days ago');
});
