import type {Shape} from '../api/client';
import {compareAmounts} from './money';

type Need = Shape['Need'];

/** The most money first; what has none comes after, by time. Amounts of different currencies stand by their number. */
export function byMoney(needs: Need[]): Need[] {
  return [...needs].sort((one, two) => {
    if (one.amount && two.amount) return compareAmounts(two.amount, one.amount);
    if (one.amount || two.amount) return one.amount ? -1 : 1;
    return (two.seconds ?? 0) - (one.seconds ?? 0);
  });
}
