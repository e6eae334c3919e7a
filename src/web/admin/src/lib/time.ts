// Moments come as RFC 3339 in UTC, days as 2026-11-30, months as 2026-11.

/** 45000 seconds are "12:30". A half minute is rounded up, as on the client's page. */
export function hoursText(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const sign = seconds < 0 && minutes > 0 ? '\u2212' : '';
  return `${sign}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

export function dayText(day: string, locale: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(locale, {day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC'}).format(date);
}

export function momentText(moment: string, locale: string): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return moment;
  return new Intl.DateTimeFormat(locale, {dateStyle: 'medium', timeStyle: 'short'}).format(date);
}

export function monthText(month: string, locale: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return month;
  const text = new Intl.DateTimeFormat(locale, {month: 'long', year: 'numeric', timeZone: 'UTC'}).format(date);
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\sг\.$/, '');
}

/** The month that is usually billed: the one before the day it is. */
export function monthBefore(now: Date): string {
  return shiftMonth(now.toISOString().slice(0, 7), -1);
}

export function shiftMonth(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number);
  const months = year! * 12 + number! - 1 + by;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
}

/** "3 minutes ago" in the language of the reader. */
export function agoText(moment: string, now: Date, locale: string): string {
  const seconds = Math.round((new Date(moment).getTime() - now.getTime()) / 1000);
  if (Number.isNaN(seconds)) return moment;
  const format = new Intl.RelativeTimeFormat(locale, {numeric: 'auto'});
  const size = Math.abs(seconds);
  if (size < 60) return format.format(seconds, 'second');
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
  if (size < 86400) return format.format(Math.round(seconds / 3600), 'hour');
  return format.format(Math.round(seconds / 86400), 'day');
}
