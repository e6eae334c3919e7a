import type {Shape} from '../api/client';

type Effect = Shape['MappingEffect'];
export type Asked = 'broken' | 'money' | 'corrections';
export type Accepted = Partial<Record<Asked, boolean>>;

/** What has to be ticked before an edited mapping may take force: it reads less, moves money, or makes corrections. */
export function asked(effect: Effect): Asked[] {
  const found: Asked[] = [];
  if ((effect.breaks ?? 0) > 0) found.push('broken');
  if ((effect.money ?? []).some(row => row.asks)) found.push('money');
  if ((effect.corrections?.count ?? 0) > 0) found.push('corrections');
  return found;
}

/** Nothing that is read or billed would be otherwise. */
export function changesNothing(effect: Effect): boolean {
  return (effect.streams ?? []).every(stream => !stream.changed && !stream.broken && !stream.mended) && (effect.money ?? []).length === 0;
}
